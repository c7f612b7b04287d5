using Towpath.Engines.Containers;

namespace Towpath.EngineTests;

public abstract partial class EngineContract
{
    private const string TwoStages = $"""
        FROM {EngineFixture.BaseImage} AS base
        ARG COLOR=none
        COPY hello.txt /hello.txt
        RUN echo $COLOR > /color
        FROM base AS tested
        RUN echo tested > /stage
        FROM base
        RUN echo final > /stage
        """;

    [Fact]
    public async Task Build_TargetAndArguments_AreInTheImage()
    {
        var log = new List<string>();

        var id = await Engine.BuildImageAsync(Build("1", TwoStages, "tested", ("COLOR", "green")), log.Add, Cancel);

        var image = (await Engine.InspectImageAsync(Image("1"), Cancel))!;
        image.Id.ShouldBe(id);
        image.References.ShouldBe([Image("1")]);
        image.Labels[TestLabel].ShouldBe(Id);
        log.ShouldContain(line => line.Contains("RUN echo $COLOR", StringComparison.Ordinal));
        var (_, output) = await CompleteAsync(Shell("built", "cat /hello.txt /color /stage") with { Image = id });
        output.ShouldBe("hellogreen\ntested");
        (await Engine.InspectContainerAsync(Name("built"), Cancel))!.ImageId.ShouldBe(id);
    }

    [Fact]
    public async Task Build_SameContextTwice_IsTheSameImage()
    {
        var first = await Engine.BuildImageAsync(Build("1", TwoStages), _ => { }, Cancel);
        var second = await Engine.BuildImageAsync(Build("2", TwoStages), _ => { }, Cancel);

        second.ShouldBe(first);
        (await Engine.InspectImageAsync(first, Cancel))!.References.ShouldBe([Image("1"), Image("2")], ignoreOrder: true);
    }

    [Fact]
    public async Task Build_SeveralLabels_IsTheSameImageEachTime()
    {
        var request = Build("labels", $"FROM {BaseImage}\nCMD [\"sh\"]\n");
        var labels = request.Labels.ToDictionary();
        foreach (var name in "abcdefgh") labels[$"towpath.test.{name}"] = "x";
        var first = await Engine.BuildImageAsync(request with { Labels = labels }, _ => { }, Cancel);

        for (var again = 0; again < 4; again++)
            (await Engine.BuildImageAsync(request with { Labels = labels }, _ => { }, Cancel)).ShouldBe(first);
    }

    [Fact]
    public async Task Build_StepFails_SaysWhichAndLeavesNoContainer()
    {
        var log = new List<string>();
        var request = Build("bad", $"FROM {BaseImage}\nRUN echo before; exit 3\n");

        var failure = await FailureAsync(() => Engine.BuildImageAsync(request, log.Add, Cancel));

        failure.Error.ShouldBe(EngineError.BuildFailed);
        failure.Message.ShouldContain("3");
        log.ShouldContain("before");
        (await Engine.InspectImageAsync(Image("bad"), Cancel)).ShouldBeNull();
        await NoBuildContainersAsync();
    }

    [Fact]
    public async Task Build_Cancelled_EndsTheStepThatRuns()
    {
        using var cancelled = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var request = Build("cancelled", $"FROM {BaseImage}\nRUN echo begun; : {Id}; sleep 300\n");

        await Should.ThrowAsync<OperationCanceledException>(() => Engine.BuildImageAsync(request, Hear, cancelled.Token));

        await UntilAsync(() => Task.FromResult(!Directory.GetDirectories("/proc").Any(RunsTheStep)));
        await NoBuildContainersAsync();
        (await Engine.InspectImageAsync(Image("cancelled"), Cancel)).ShouldBeNull();

        void Hear(string line)
        {
            if (line == "begun")
            {
                cancelled.Cancel();
            }
        }

        bool RunsTheStep(string process)
        {
            try
            {
                return File.ReadAllText(Path.Combine(process, "cmdline")).Contains($": {Id}; sleep", StringComparison.Ordinal);
            }
            catch (IOException)
            {
                return false;
            }
        }
    }

    [Theory]
    [InlineData("Nope", "FROM scratch\n")]
    [InlineData("Dockerfile", "FRM scratch\n")]
    [InlineData("Dockerfile", "FROM scratch\nCOPY nothere /x\n")]
    public async Task Build_DockerfileMissingOrWrong_IsBuildFailed(string dockerfile, string text)
    {
        var request = Build("wrong", text) with { Dockerfile = dockerfile };

        (await FailureAsync(() => Engine.BuildImageAsync(request, _ => { }, Cancel))).Error.ShouldBe(EngineError.BuildFailed);
    }

    [Fact]
    public async Task Build_BaseImageNotToBeHad_IsAFailure()
    {
        var request = Build("nobase", "FROM registry.invalid/x:1\n");

        var failure = await FailureAsync(() => Engine.BuildImageAsync(request, _ => { }, Cancel));

        failure.Error.ShouldBeOneOf(EngineError.BuildFailed, EngineError.ImageUnavailable);
    }

    [Fact]
    public async Task Pull_RegistryDoesNotAnswer_IsImageUnavailable() =>
        (await FailureAsync(() => Engine.PullImageAsync("registry.invalid/x:1", _ => { }, Cancel))).Error.ShouldBe(EngineError.ImageUnavailable);

    [Fact]
    public async Task Image_ImportTagListRemove_EachNameByItself()
    {
        var id = await ImportAsync("1");

        await Engine.TagImageAsync(id, Image("2"), Cancel);
        var listed = (await Engine.ListImagesAsync([Mark], Cancel)).ShouldHaveSingleItem();
        listed.Id.ShouldBe(id);
        listed.References.ShouldBe([Image("1"), Image("2")], ignoreOrder: true);

        (await Engine.RemoveImageAsync(Image("1"), Cancel)).ShouldBeTrue();
        (await Engine.InspectImageAsync(id, Cancel))!.References.ShouldBe([Image("2")]);
        (await Engine.RemoveImageAsync(Image("2"), Cancel)).ShouldBeTrue();
        (await Engine.RemoveImageAsync(Image("2"), Cancel)).ShouldBeFalse();
        (await Engine.InspectImageAsync(id, Cancel)).ShouldBeNull();
    }

    [Fact]
    public async Task RemoveImage_InUse_IsFalse()
    {
        var id = await Engine.BuildImageAsync(Build("used", $"FROM {BaseImage}\nRUN echo {Id} > /id\n"), _ => { }, Cancel);
        await RunAsync(Plan("user", "sleep", "600") with { Image = id });

        (await Engine.RemoveImageAsync(id, Cancel)).ShouldBeFalse();

        (await Engine.InspectImageAsync(id, Cancel)).ShouldNotBeNull();
    }

    [Fact]
    public async Task PruneImages_OnlyUnnamedOnesWithTheLabel_AreDeleted()
    {
        var old = await ImportAsync("1", "first");
        var current = await ImportAsync("1", "second");
        var all = (await Engine.ListImagesAsync([], Cancel)).Select(i => i.Id).ToHashSet();

        await Engine.PruneImagesAsync(Mark, Cancel);

        (await Engine.InspectImageAsync(old, Cancel)).ShouldBeNull();
        (await Engine.InspectImageAsync(current, Cancel)).ShouldNotBeNull();
        (await Engine.InspectImageAsync(BaseImage, Cancel)).ShouldNotBeNull();
        all.ShouldContain(current);
    }

    // Docker lists a build's containers, which carry no label, and its daemon is the tests' own. Podman keeps them out of its lists.
    private async Task NoBuildContainersAsync() =>
        await UntilAsync(async () => (await Engine.ListContainersAsync([], Cancel)).All(container => !container.Labels.IsEmpty || Engine.Kind == DockerApiEngine.Podman));

    private async Task<string> ImportAsync(string tag, string text = "text")
    {
        using var tar = new MemoryStream();
        await WriteTarAsync(tar, Cancel, ("file", $"{text} {Id}"));
        tar.Position = 0;
        return await Engine.ImportImageAsync(tar, Image(tag), [$"LABEL {TestLabel}={Id}", "CMD [\"/file\"]"], Cancel);
    }
}

using Towpath.Core.Dockerfiles;

namespace Towpath.Tests.Dockerfiles;

public sealed class DockerfileStepsTests
{
    [Theory]
    [InlineData("STEP 2/3: RUN make all")]
    [InlineData("[1/2] STEP 2/3: RUN make all")]
    [InlineData("Step 2/3 : RUN make  all")]
    public void Last_BuilderTells_IsTheLine(string line)
    {
        var file = Dockerfile.Parse("api/Dockerfile", "FROM x\n\nRUN make \\\n    all\nCMD y");

        var location = DockerfileSteps.Last(file, ["STEP 1/3: FROM x", line, "make: *** failed"]);

        location!.ToString().ShouldBe("api/Dockerfile:3:1");
        location.Excerpt.ShouldBe("RUN make \\");
    }

    [Theory]
    [InlineData("nothing told")]
    [InlineData("STEP 2/4: RUN twice")]
    [InlineData("STEP 2/4: RUN unknown")]
    public void Last_NotCertain_IsNull(string line) =>
        DockerfileSteps.Last(Dockerfile.Parse("Dockerfile", "FROM x\nRUN twice\nRUN twice"), [line]).ShouldBeNull();
}

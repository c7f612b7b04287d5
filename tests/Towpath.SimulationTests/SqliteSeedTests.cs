using Towpath.Server.Reconcilers;
using Towpath.Server.Storage;
using Towpath.Simulation.Runs;
using Towpath.Simulation.Storage;
using Towpath.Tests.Fakes;

namespace Towpath.SimulationTests;

/// <summary>The same seeds on the store that control planes really have: what it answers must lead to the same deliveries.</summary>
public sealed class SqliteSeedTests
{
    private const int Seeds = 15;

    // Short ones: each write is a transaction in a file.
    private static readonly TimeSpan Storm = TimeSpan.FromSeconds(30);

    [Fact]
    public void Run_OnSqlite_WritesTheSameJournalAsInMemory()
    {
        for (var seed = 1; seed <= Seeds; seed++)
        {
            var drawn = SimulationOptions.Draw(seed);
            // Several applications in every third, where they were drawn.
            var options = drawn with { Storm = Storm, Applications = seed % 3 == 0 ? drawn.Applications : [drawn.Applications[0]] };
            using var folder = TemporaryFolder.InMemory();
            using var file = new SqliteStore(folder["state.db"]);

            var onDisk = new SeedRun(options, Machines.Real, file).Run();

            onDisk.ShouldBe(new SeedRun(options, Machines.Real, new MemoryStore()).Run(), $"seed {seed}");
            onDisk.Violation.ShouldBeNull($"seed {seed}");
        }
    }
}

using Towpath.Simulation.Storage;
using Towpath.Tests.Server.Integrations;

namespace Towpath.SimulationTests.Storage;

public sealed class MemoryOutboxTests() : OutboxContract(new MemoryStore());

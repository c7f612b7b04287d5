using Towpath.Simulation.Storage;
using Towpath.Tests.Server.Storage;

namespace Towpath.SimulationTests.Storage;

public sealed class MemoryStoreTests() : StoreContract(new MemoryStore());

using Towpath.Server.Reconcilers;
using Towpath.Simulation.Runs;

var options = SimulationOptions.Draw(int.Parse(args[0]));
Console.WriteLine(options);
var outcome = new Simulation(options, Machines.Real, trace: Console.WriteLine).Run();
Console.WriteLine(outcome);

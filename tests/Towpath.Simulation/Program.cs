using Towpath.Simulation.Runs;

return CommandLine.Run(args, Console.Out);

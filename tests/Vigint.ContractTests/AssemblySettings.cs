// Every fixture has a server of its own.
[assembly: Parallelizable(ParallelScope.Fixtures)]

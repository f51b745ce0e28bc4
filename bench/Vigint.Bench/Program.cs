using Vigint.Bench;

var root = args[0];
var sections = new (string Name, Func<Report, Paths, Task> Run)[]
{
    ("upload", UploadSection.RunAsync),
    ("ranges", ReadSection.RangesAsync),
    ("full", ReadSection.FullAsync),
    ("many", ManySection.RunAsync),
    ("start", StartSection.RunAsync),
    ("cleanup", CleanUpSection.RunAsync),
    ("memory", MemorySection.RunAsync),
    ("compress", CompressSection.RunAsync),
    ("analyze", AnalyzeSection.RunAsync),
    ("alerts", AlertSection.RunAsync),
};

var wanted = args[1..];
if (wanted.Except(sections.Select(one => one.Name)).FirstOrDefault() is { } unknown)
{
    Console.Error.WriteLine($"There is no section '{unknown}'; there are: {string.Join(' ', sections.Select(one => one.Name))}");
    return 2;
}

var paths = new Paths(root);
var report = new Report();
report.Machine(paths);
foreach (var (name, run) in sections.Where(one => wanted.Length == 0 || wanted.Contains(one.Name)))
{
    await run(report, paths);
    paths.Clear();
}

report.Summary();
if (wanted.Length == 0)
    report.WriteTo(paths.Results);
return 0;

using Vigint.Application.Clock;
using Vigint.Infrastructure.Disk;
using Vigint.TestSupport;

namespace Vigint.AdapterTests.Disk;

/// <summary>The last time that was believed, as a file.</summary>
public sealed class ClockRecordTests
{
    private static readonly ClockReading Reading = new(A.Noon, TimeSpan.FromMilliseconds(851_550), "fbcf96fc-0428-4548-9f55-e4a09173a156");

    private TemporaryFolder temporary = null!;
    private StorageFolder storage = null!;
    private ClockRecord record = null!;

    [SetUp]
    public void Open()
    {
        temporary = new TemporaryFolder();
        storage = new StorageFolder(new StorageFolderOptions(temporary.Path));
        record = new ClockRecord(storage);
    }

    [TearDown]
    public void Close()
    {
        storage.Dispose();
        temporary.Dispose();
    }

    [Test]
    public void At_first_there_is_none() => Assert.That(record.Read(), Is.Null);

    [Test]
    public void The_last_one_is_kept()
    {
        record.Write(Reading with { Time = A.Noon.AddMinutes(-1) });
        record.Write(Reading);

        Assert.That(record.Read(), Is.EqualTo(Reading));
        Assert.That(File.Exists(temporary.At(".clock.new")), Is.False);
    }

    [TestCase(ClockState.Stepped, -3)]
    [TestCase(ClockState.Unsure, 10)]
    [TestCase(ClockState.Good, 0)]
    public void A_doubt_is_kept_beside_it_until_it_is_over(ClockState state, int hours)
    {
        var doubt = new ClockDoubt(state, TimeSpan.FromMinutes(5), TimeSpan.FromHours(hours), TimeSpan.FromHours(-hours));
        record.Write(Reading with { Doubt = doubt });
        var inDoubt = record.Read();

        record.Write(Reading);

        Assert.That((inDoubt, record.Read()), Is.EqualTo((Reading with { Doubt = doubt }, Reading)));
    }

    [TestCase("")]
    [TestCase("torn")]
    [TestCase("Stepped 1 2")]
    [TestCase("Stepped 1 2 3 4")]
    [TestCase("Broken 1 2 3")]
    [TestCase("1 1 2 3")]
    [TestCase("Stepped -1 2 3")]
    [TestCase("Stepped 1 --2 3")]
    [TestCase("Stepped 9223372036854775807 2 3")]
    [TestCase("Stepped 1 -9223372036854775808 3")]
    [TestCase("Stepped 1 2 9223372036854775807")]
    [TestCase("Stepped 1 -31535999999999 3")]
    public void A_doubt_that_cannot_be_read_is_none_and_the_time_is_kept_all_the_same(string line)
    {
        record.Write(Reading);
        File.AppendAllText(temporary.At(".clock"), line);

        Assert.That(record.Read(), Is.EqualTo(Reading));
    }

    [Test]
    public void Where_the_boot_is_not_known_the_time_is_kept_all_the_same()
    {
        record.Write(Reading with { BootId = null });

        Assert.That(record.Read(), Is.EqualTo(Reading with { BootId = null }));
    }

    [Test]
    public void What_a_crash_left_is_in_nobodys_way()
    {
        File.WriteAllText(temporary.At(".clock.new"), "torn");

        record.Write(Reading);

        Assert.That(record.Read(), Is.EqualTo(Reading));
    }

    [Test]
    public void A_clean_up_does_not_see_it()
    {
        record.Write(Reading);

        Assert.That(new VideoFolder(storage, new Scratch(storage)).TemporaryFiles(), Is.Empty);
    }

    [TestCase("")]
    [TestCase("torn")]
    [TestCase("1 2")]
    [TestCase("-1 2 boot")]
    [TestCase("99999999999999999999 2 boot")]
    [TestCase("9223372036854775807 2 boot")]
    [TestCase("1 9223372036854775807 boot")]
    [TestCase("253402300799999 2 boot", TestName = "One_from_which_no_time_can_be_counted_on_is_none")]
    public void One_that_cannot_be_read_is_none(string text)
    {
        File.WriteAllText(temporary.At(".clock"), text);

        Assert.That(record.Read(), Is.Null);
    }

    // What the kernel says

    [TestCase(15_999_999, 0, ExpectedResult = true)]
    [TestCase(120_000, 0x40, ExpectedResult = true, TestName = "chrony_that_leaves_the_hardwares_clock_alone_counts")]
    [TestCase(16_000_000, 0x40, ExpectedResult = false)]
    [TestCase(16_000_000, 0, ExpectedResult = false)]
    [TestCase(120_000, 0x1000, ExpectedResult = false)]
    public bool A_clock_is_synchronized_while_the_kernel_knows_its_error(long mostErrorMicroseconds, int status) =>
        KernelClock.IsGood(new KernelTime { MostErrorMicroseconds = mostErrorMicroseconds, Status = status });

    [Test]
    public void This_kernel_can_be_asked()
    {
        Assert.That(Posix.TryReadClock(out var time), Is.True);
        Assert.That(
            (time.MostErrorMicroseconds is >= 0 and <= 16_000_000, new KernelClock().BootId),
            Is.EqualTo((true, File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim()))
        );
    }
}

using Vigint.Application.Media;

namespace Vigint.UnitTests.Media;

public sealed class EncoderOptionsTests
{
    private const long Gigabyte = 1024L * 1024 * 1024;

    [TestCase(Gigabyte / 2, ExpectedResult = 320, TestName = "On_512_MB_ffmpeg_gets_what_1080p_needs")]
    [TestCase(Gigabyte * 3 / 8, ExpectedResult = 320, TestName = "In_a_container_of_512_MB_too_of_which_the_runtime_counts_three_quarters")]
    [TestCase(Gigabyte * 2, ExpectedResult = 1024, TestName = "On_more_it_gets_half")]
    [TestCase(Gigabyte * 64, ExpectedResult = 2048, TestName = "On_a_large_machine_it_gets_no_more_than_it_can_use")]
    public int What_one_ffmpeg_may_take(long machineBytes) => EncoderOptions.UsualMemoryMegabytes(machineBytes);
}

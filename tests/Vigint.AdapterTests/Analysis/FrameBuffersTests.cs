using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Moq;
using Vigint.Application.Analysis;
using Vigint.Application.Common;
using Vigint.Application.Media;
using Vigint.Application.Storage;
using Vigint.Domain;
using Vigint.Infrastructure.Disk;
using Vigint.TestSupport;

namespace Vigint.AdapterTests.Analysis;

/// <summary>Buffers over a real folder; the pictures are numbered so that each can be told from the others.</summary>
public sealed class FrameBuffersTests
{
    private const int HeaderBytes = 23;

    private static readonly Caller Shop = A.Client("shop");
    private static readonly NamedSource Till = new("till", "The till");

    private TemporaryFolder temporary = null!;
    private StorageFolder storage = null!;
    private Scratch scratch = null!;
    private VideoFolder folder = null!;
    private FakeTimeProvider clock = null!;
    private StorageRoom room = null!;
    private FrameBuffers buffers = null!;

    [SetUp]
    public void Open()
    {
        temporary = new TemporaryFolder();
        storage = new StorageFolder(new StorageFolderOptions(temporary.Path));
        scratch = new Scratch(storage);
        folder = new VideoFolder(storage, scratch);
        clock = new FakeTimeProvider(A.Noon);
        room = NewRoom(quotaBytes: null);
        buffers = NewBuffers(mostBytes: 1 << 30);
    }

    [TearDown]
    public void Close()
    {
        storage.Dispose();
        temporary.Dispose();
    }

    [Test]
    public async Task Frames_are_kept_in_the_order_in_which_they_came()
    {
        await AppendAsync(Shop, null, 1, 2);
        await AppendAsync(Shop, null, 3);

        Assert.That(Kept(Shop, null), Is.EqualTo(new[] { 1, 2, 3 }));
    }

    [Test]
    public async Task Of_more_than_250_the_oldest_go()
    {
        await AppendAsync(Shop, null, [.. Enumerable.Range(1, 200)]);

        var size = await AppendAsync(Shop, null, [.. Enumerable.Range(201, 60)]);

        Assert.That(size, Is.EqualTo(250));
        Assert.That(Kept(Shop, null), Is.EqualTo(Enumerable.Range(11, 250)));
        Assert.That(temporary.Files(".work"), Has.Count.EqualTo(250));
    }

    [Test]
    public async Task Of_a_call_with_more_than_250_the_newest_stay()
    {
        var size = await AppendAsync(Shop, null, [.. Enumerable.Range(1, 300)]);

        Assert.That(size, Is.EqualTo(250));
        Assert.That(Kept(Shop, null), Is.EqualTo(Enumerable.Range(51, 250)));
    }

    [Test]
    public async Task Each_caller_and_each_source_has_a_buffer_of_its_own()
    {
        await AppendAsync(Shop, null, 1);
        await AppendAsync(Shop, Till, 2);
        await AppendAsync(A.Client("other"), Till, 3);
        await AppendAsync(A.Operator, null, 4);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Kept(Shop, null), Is.EqualTo(new[] { 1 }));
            Assert.That(Kept(Shop, "till"), Is.EqualTo(new[] { 2 }));
            Assert.That(Kept(A.Client("other"), "till"), Is.EqualTo(new[] { 3 }));
            Assert.That(Kept(A.Client("other"), null), Is.Empty);
            Assert.That(Kept(A.Operator, "till"), Is.Empty);
        }
    }

    [Test]
    public async Task A_callers_sources_are_listed_with_name_and_size()
    {
        await AppendAsync(Shop, new NamedSource("door", null), 1);
        await AppendAsync(Shop, Till, 1, 2);
        await AppendAsync(Shop, new NamedSource("till", null), 3);
        await AppendAsync(Shop, null, 1);
        await AppendAsync(A.Client("other"), new NamedSource("yard", null), 1);

        Assert.That(
            buffers.SourcesOf(Shop),
            Is.EqualTo(new[] { new BufferedSource("door", "door", 1), new BufferedSource("till", "The till", 3) })
        );
    }

    [Test]
    public async Task Calls_that_come_at_once_lose_and_mix_nothing()
    {
        // Five threads of ten calls with four frames each; the frames of one call stay together.
        await Task.WhenAll(
            Enumerable
                .Range(0, 5)
                .Select(thread =>
                    Task.Run(async () =>
                    {
                        for (var call = 0; call < 10; call++)
                            await AppendAsync(Shop, Till, [.. Enumerable.Range(0, 4).Select(frame => thread * 1000 + call * 10 + frame)]);
                    })
                )
        );

        var calls = Kept(Shop, "till").Chunk(4).ToList();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(calls, Has.Count.EqualTo(50));
            Assert.That(calls, Has.All.Matches<int[]>(call => call.SequenceEqual(Enumerable.Range(call[0], 4))));
            Assert.That(calls.Where(call => call[0] / 1000 == 3).Select(call => call[0]), Is.Ordered);
        }
    }

    [Test]
    public async Task What_was_shared_stays_when_the_buffer_goes_on()
    {
        await AppendAsync(Shop, null, [.. Enumerable.Range(1, 250)]);
        using var other = scratch.NewFolder();

        var shared = buffers.ShareWith(other, Shop, sourceId: null);
        await AppendAsync(Shop, null, [.. Enumerable.Range(251, 250)]);

        Assert.That(shared.Pictures, Has.Count.EqualTo(250));
        Assert.That(Numbers(other, 250), Is.EqualTo(Enumerable.Range(1, 250)));
    }

    [Test]
    public async Task Between_first_and_last_only_those_count_that_are_kept()
    {
        await AppendAsync(Shop, null, 0);
        clock.Advance(TimeSpan.FromMinutes(5));
        for (var number = 1; number <= 250; number++)
        {
            clock.Advance(TimeSpan.FromMilliseconds(100));
            await AppendAsync(Shop, null, number);
        }

        using var other = scratch.NewFolder();
        var shared = buffers.ShareWith(other, Shop, sourceId: null);

        Assert.That((shared.Span, shared.Rate), Is.EqualTo((TimeSpan.FromSeconds(24.9), 10.0)));
    }

    [Test]
    public async Task When_no_frame_has_come_for_ten_minutes_the_buffer_and_its_files_are_gone()
    {
        await AppendAsync(Shop, Till, 1, 2);
        clock.Advance(FrameBuffers.IdleLife);

        buffers.RemoveIdle();

        Assert.That(buffers.SourcesOf(Shop), Is.Empty);
        Assert.That(Directory.EnumerateFileSystemEntries(temporary.At(".work")), Is.Empty);
    }

    [Test]
    public async Task What_is_old_is_not_mixed_with_what_comes_after_it()
    {
        await AppendAsync(Shop, null, 1);
        clock.Advance(FrameBuffers.IdleLife);

        await AppendAsync(Shop, null, 2);

        Assert.That(Kept(Shop, null), Is.EqualTo(new[] { 2 }));
    }

    [Test]
    public async Task As_long_as_frames_come_the_buffer_stays()
    {
        await AppendAsync(Shop, null, 1);
        clock.Advance(FrameBuffers.IdleLife - TimeSpan.FromSeconds(1));
        await AppendAsync(Shop, null, 2);
        clock.Advance(FrameBuffers.IdleLife - TimeSpan.FromSeconds(1));
        buffers.RemoveIdle();

        Assert.That(Kept(Shop, null), Is.EqualTo(new[] { 1, 2 }));
    }

    [Test]
    public async Task One_source_too_many_is_refused_until_another_is_forgotten()
    {
        for (var number = 0; number < FrameBuffers.MostSources; number++)
        {
            await AppendAsync(Shop, new NamedSource($"source-{number}", null), number);
            clock.Advance(TimeSpan.FromSeconds(1));
        }

        var refusal = Assert.ThrowsAsync<RefusedException>(() => AppendAsync(Shop, Till, 1))!;
        clock.Advance(refusal.RetryAfter!.Value);

        Assert.That(refusal.Refusal, Is.EqualTo(Refusal.TooMany));
        Assert.That(await AppendAsync(Shop, Till, 1), Is.EqualTo(1));
        Assert.That(await AppendAsync(A.Client("other"), Till, 1), Is.EqualTo(1));
    }

    [Test]
    public async Task Where_the_bytes_are_bounded_the_oldest_make_room()
    {
        buffers = NewBuffers(mostBytes: 2 * 10 * HeaderBytes);
        await AppendAsync(Shop, null, [.. Enumerable.Range(1, 10)]);

        var size = await AppendAsync(Shop, null, 11, 12, 13);

        Assert.That(size, Is.EqualTo(10));
        Assert.That(Kept(Shop, null), Is.EqualTo(Enumerable.Range(4, 10)));
    }

    [Test]
    public async Task A_caller_has_half_of_the_room_and_no_more_and_what_does_not_fit_changes_nothing()
    {
        buffers = NewBuffers(mostBytes: 2 * 10 * HeaderBytes);
        await AppendAsync(Shop, null, [.. Enumerable.Range(1, 8)]);

        Assert.That(
            () => AppendAsync(Shop, Till, 1, 2, 3),
            Throws.TypeOf<RefusedException>().With.Property("Refusal").EqualTo(Refusal.NoRoom)
        );
        Assert.That((Kept(Shop, null), Kept(Shop, "till")), Is.EqualTo((Enumerable.Range(1, 8), Array.Empty<int>())));
        Assert.That(await AppendAsync(A.Client("other"), Till, [.. Enumerable.Range(1, 10)]), Is.EqualTo(10));
        Assert.That(() => AppendAsync(A.Client("third"), Till, 1, 2, 3), Throws.TypeOf<RefusedException>());
    }

    [Test]
    public async Task What_is_buffered_takes_of_the_quota_until_it_is_forgotten()
    {
        room = NewRoom(quotaBytes: 1000);
        buffers = NewBuffers(mostBytes: 1 << 30);
        await AppendAsync(Shop, null, 1, 2);
        await AppendAsync(Shop, null, 3);

        Assert.That((await room.MeasureAsync(CancellationToken.None)).FreeBytes, Is.EqualTo(1000 - 3 * HeaderBytes));
        clock.Advance(FrameBuffers.IdleLife);
        buffers.RemoveIdle();

        Assert.That((await room.MeasureAsync(CancellationToken.None)).FreeBytes, Is.EqualTo(1000));
    }

    [Test]
    public async Task A_call_that_cannot_be_written_leaves_the_buffer_as_it_was()
    {
        await AppendAsync(Shop, null, 1, 2);
        using var received = await ReceiveAsync(3, 4);
        received.Folder.Remove(FrameSequence.NameOf(1));

        Assert.That(
            () => buffers.Append(Shop, null, received),
            Throws.TypeOf<RefusedException>().With.Property("Refusal").EqualTo(Refusal.Unavailable)
        );
        received.Folder.Dispose();

        Assert.That(Kept(Shop, null), Is.EqualTo(new[] { 1, 2 }));
        Assert.That(temporary.Files(".work"), Has.Count.EqualTo(2));
    }

    [Test]
    public async Task Frames_are_temporary_files_that_are_in_use()
    {
        await AppendAsync(Shop, null, 1, 2);

        var files = folder.TemporaryFiles();

        Assert.That(files.Select(file => file.InUse), Is.EqualTo(new[] { true, true }));
    }

    private FrameBuffers NewBuffers(long mostBytes) =>
        new(scratch, room, new FrameBufferOptions(mostBytes), clock, NullLogger<FrameBuffers>.Instance);

    private StorageRoom NewRoom(long? quotaBytes)
    {
        var stored = Mock.Of<IStorageTotals>(one =>
            one.TotalsAsync(null, It.IsAny<DateTimeOffset>(), It.IsAny<CancellationToken>())
            == Task.FromResult(new StorageTotals(0, 0, 0, null))
        );
        return new StorageRoom(new StorageSpace(storage), stored, new StorageOptions(quotaBytes), clock);
    }

    private async Task<int> AppendAsync(Caller caller, NamedSource? source, params int[] numbers)
    {
        using var received = await ReceiveAsync(numbers);
        try
        {
            return buffers.Append(caller, source, received);
        }
        finally
        {
            received.Folder.Dispose();
        }
    }

    private async Task<FrameIntake> ReceiveAsync(params int[] numbers)
    {
        var media = await new MediaIntake(scratch, NewRoom(null), new UploadOptions(1 << 20)).OpenAsync(
            null,
            RoomTaker.Server,
            CancellationToken.None
        );
        var frames = new FrameIntake(media);
        foreach (var number in numbers)
        {
            frames.Append(PictureOf(number));
            Assert.That(frames.End(isUsable: true), Is.True);
        }

        return frames;
    }

    private int[] Kept(Caller caller, string? sourceId)
    {
        using var other = scratch.NewFolder();
        return Numbers(other, buffers.ShareWith(other, caller, sourceId).Pictures.Count);
    }

    private static int[] Numbers(IScratchFolder other, int count) =>
        [
            .. Enumerable
                .Range(0, count)
                .Select(number => BitConverter.ToInt32(File.ReadAllBytes(other.At(FrameSequence.NameOf(number)).Path).AsSpan(^4..))),
        ];

    // The head of a JPEG of 16 × 16 pixels, and a number in place of its picture.
    private static byte[] PictureOf(int number) =>
        [0xFF, 0xD8, 0xFF, 0xC0, 0, 11, 8, 0, 16, 0, 16, 1, 1, 0x11, 0, 0xFF, 0xDA, 0, 2, .. BitConverter.GetBytes(number)];
}

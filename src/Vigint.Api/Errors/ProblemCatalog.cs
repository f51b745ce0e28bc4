using Vigint.Api.Http;
using Vigint.Api.Keys;
using Vigint.Application.Common;
using Vigint.Application.Idempotency;
using Vigint.Domain;
using Vigint.Domain.Alerts;
using Vigint.Domain.Analysis;
using Vigint.Domain.Clients;
using Vigint.Domain.Media;
using Vigint.Domain.Storage;
using Vigint.Domain.Videos;

namespace Vigint.Api.Errors;

/// <summary>
/// An example of everything that a call is refused for, for the pages under <c>/problems/</c> and for the API's description. A test sees
/// that none is missing.
/// </summary>
internal static class ProblemCatalog
{
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(5);
    private static readonly VideoId Video = VideoId.Parse("clip_1234567890");

    /// <summary>One for each code, in the order of the pages.</summary>
    public static IReadOnlyList<RefusedException> All { get; } =
    [
        // Requests
        RequestRefusals.NotFound(),
        RequestRefusals.MethodNotAllowed("GET"),
        RequestRefusals.TooSlow(),
        RequestRefusals.Unreadable(),
        RequestRefusals.UnknownEncoding(),
        RequestRefusals.NotGzip(),
        RequestRefusals.UnpacksToTooMuch(104857600),
        RequestRefusals.ReplacedSince(),
        RequestRefusals.OutsideTheVideo(),
        RequestRefusals.TooManyConnections(20, Wait),
        RequestRefusals.Fault(),
        JsonBody.HasWrongType("name"),
        JsonBody.IsNone(),
        JsonBody.IsTooLarge(),
        GoneController.NoRtsp(),
        GoneController.NoBilling(),
        JsonBody.IsNoObject(),
        RequestRefusals.Unanswerable(),
        RequestRefusals.UnusableValue("hours"),
        // Keys
        KeyRefusals.Missing(Policies.Caller),
        KeyRefusals.Wrong(Policies.Caller),
        KeyRefusals.Missing(Policies.Administrator),
        KeyRefusals.Wrong(Policies.Administrator),
        // Lists and repeated calls
        PageRefusals.UnusableLimit(20),
        PageRefusals.UnusableCursor(),
        PageRefusals.UnusableTime("from"),
        PageRefusals.NoPeriod(),
        IdempotencyRefusals.UnusableKey(200),
        IdempotencyRefusals.AnotherBody(),
        IdempotencyRefusals.IsUnderWay(Wait),
        // Videos and links
        VideoRefusals.NoVideoPart(),
        VideoRefusals.NoSelectedFile(),
        VideoRefusals.SecondVideoPart(),
        VideoRefusals.BrokenForm("the body ended too early"),
        VideoRefusals.FieldTooLong("expiration_hours", 104857600),
        VideoRefusals.InvalidMetadata("The part 'metadata' is not JSON"),
        VideoRefusals.IdMissing(),
        VideoRefusals.UnusableId(),
        VideoRefusals.UnusableHours(8760),
        VideoRefusals.UnusableHash(),
        VideoRefusals.EmptyFile(),
        VideoRefusals.HashDiffers(),
        VideoRefusals.TooLarge(104857600),
        VideoRefusals.NoRoom(1048576),
        VideoRefusals.AnotherOwners(Video),
        VideoRefusals.TakenByUnusable(Video),
        VideoRefusals.CannotBeRead(),
        VideoRefusals.StorageAway(),
        VideoRefusals.TokenMissing(),
        VideoRefusals.InvalidToken(),
        VideoRefusals.LinkHasExpired(),
        VideoRefusals.LinkToNothing(),
        VideoRefusals.FileMissing(),
        VideoRefusals.PosterNotYet(),
        VideoRefusals.NoPoster(),
        VideoRefusals.ChangingTooFast(),
        VideoRefusals.LifeTooLong(),
        VideoRefusals.ExtendedTooOften(100),
        VideoRefusals.UnusableAdditionalHours(),
        VideoRefusals.Unknown(),
        VideoRefusals.ParameterMissing("video_id"),
        // Media
        MediaRefusals.NotAVideo(),
        MediaRefusals.IndexMissing(),
        MediaRefusals.CannotBeDecoded(),
        MediaRefusals.Encrypted(),
        MediaRefusals.PictureTooLarge(8192, 33554432),
        MediaRefusals.TooLong(4),
        MediaRefusals.TooManyStreams(20),
        MediaRefusals.NoVideo(),
        MediaRefusals.NotBase64("name"),
        MediaRefusals.UnusableSize(),
        MediaRefusals.UnusableReduction(),
        MediaRefusals.UnusableFrameRate(0.1, 120),
        MediaRefusals.UnknownFormat(),
        MediaRefusals.TooManyFrames(20),
        MediaRefusals.NoFrames(),
        MediaRefusals.CannotBeSmaller(1048576),
        MediaRefusals.UnknownDownload(),
        MediaRefusals.TookTooLong(900),
        MediaRefusals.TookTooMuchMemory(512),
        MediaRefusals.NoEncoder(),
        MediaRefusals.QueueIsFull(Wait),
        // Frames and analysis
        BufferRefusals.MissingFrame("name"),
        BufferRefusals.MissingFrames(),
        BufferRefusals.NotAJpeg("name"),
        BufferRefusals.UnusableSourceId(200),
        BufferRefusals.UnusableSourceName(200),
        BufferRefusals.TooManySources(20, Wait),
        BufferRefusals.NoRoom(104857600),
        AnalysisRefusals.NotConfigured(),
        AnalysisRefusals.ModelIsAway(Wait),
        AnalysisRefusals.ModelTookTooLong(),
        AnalysisRefusals.AnswerDoesNotFit(),
        AnalysisRefusals.ModelRefuses("the clip is too long"),
        AnalysisRefusals.ModelLostTheClip(),
        AnalysisRefusals.SourceFailed(),
        AnalysisRefusals.UnusableSourceIds(20),
        AnalysisRefusals.ClipTooLong(TimeSpan.FromMinutes(5)),
        AnalysisRefusals.MotionCannotBeTold(),
        AnalysisRefusals.NoFrames(),
        AnalysisRefusals.FramesCannotBeDecoded(20, 25),
        AnalysisRefusals.PictureHasNoMotion(),
        AnalysisRefusals.BudgetUsedUp(Wait),
        AnalysisRefusals.InstructionsTooLong("name", 20),
        AnalysisRefusals.NoVideo(),
        // Alerts and channels
        AlertRefusals.MissingAnalysis(),
        AlertRefusals.UnknownRisk(),
        AlertRefusals.NoAddress(),
        AlertRefusals.Unknown(),
        AlertRefusals.UnknownState(),
        AlertRefusals.WasIgnored(),
        AlertRefusals.TooManyResends(Wait),
        AlertRefusals.IsBeingSent(Wait),
        ChannelRefusals.UnusableAddress("name", 200),
        ChannelRefusals.PrivateAddress("name"),
        ChannelRefusals.UnusableSecret(),
        ChannelRefusals.UnusableToken(),
        ChannelRefusals.NoTopic(),
        ChannelRefusals.TooMany("name", 20),
        ChannelRefusals.Twice(),
        // Clients
        ClientRefusals.NameAndEmailRequired(),
        ClientRefusals.UnusableName("name", 200),
        ClientRefusals.UnusableEmail(),
        ClientRefusals.EmailInUse(),
        ClientRefusals.UnusableExpiry(),
        ClientRefusals.UnusableLimit("name", "a whole number from 1 to 10000"),
        ClientRefusals.UnknownClient(3),
        ClientRefusals.UnknownKey(3),
        ClientRefusals.Erased(),
        ClientRefusals.BeingErased(3),
        ClientRefusals.NotWhollyErased(3, 1, 0),
        ClientRefusals.TooManyWrongKeys(Wait),
        ClientRefusals.TooManyUploads(20, Wait),
        ClientRefusals.TooMuchAtOnce(104857600, 1048576, Wait),
        ClientRefusals.StorageUsedUp(104857600, 1048576, Wait),
        // Storage and database
        StorageRefusals.UnusableAge(),
        StorageRefusals.UnknownType(),
        StorageRefusals.NotTakenIn(10, 250, Wait),
        StorageRefusals.ClockInDoubt(),
        DatabaseRefusals.Full(),
        DatabaseRefusals.Away(Wait),
    ];

    /// <returns>Null when there is no such code.</returns>
    public static RefusedException? Find(string code) => All.FirstOrDefault(one => one.Code == code);
}

using Microsoft.Extensions.Logging;

namespace Vigint.Application.Analysis;

/// <summary>Everything the analysis use cases log. Event ids 1600–1649; never what a model said of people.</summary>
internal static partial class AnalysisLog
{
    [LoggerMessage(
        1600,
        LogLevel.Information,
        "Clip of {Client} judged by {Analyzer}: incident {HasIncident}, second look {SecondLook}, {Milliseconds:0} ms, {Euro} EUR"
    )]
    public static partial void Judged(
        this ILogger logger,
        string client,
        string analyzer,
        bool? hasIncident,
        SecondLook? secondLook,
        double milliseconds,
        decimal euro
    );

    [LoggerMessage(1601, LogLevel.Warning, "The second look at a clip failed ({Reason}); the first one stands")]
    public static partial void ConfirmationFailed(this ILogger logger, string reason);

    [LoggerMessage(1606, LogLevel.Error, "The second look at a clip failed; the first one stands")]
    public static partial void ConfirmationFaulted(this ILogger logger, Exception exception);

    [LoggerMessage(1602, LogLevel.Warning, "Client {ClientId} ({Client}) has used {Euro} of its {Limit} EUR for analyses this month")]
    public static partial void BudgetNearlyUsed(this ILogger logger, int clientId, string client, decimal euro, decimal limit);

    [LoggerMessage(1604, LogLevel.Warning, "Whether anything moves in a clip cannot be told ({Reason}); the model is asked")]
    public static partial void MotionUnknown(this ILogger logger, string reason);

    [LoggerMessage(1605, LogLevel.Error, "The analysis of a source of {Client} failed")]
    public static partial void SourceFailed(this ILogger logger, Exception exception, string client);

    [LoggerMessage(1603, LogLevel.Error, "What an analysis cost cannot be recorded: {Euro} EUR of client {ClientId}")]
    public static partial void CostNotRecorded(this ILogger logger, Exception exception, decimal euro, int clientId);

    [LoggerMessage(1607, LogLevel.Warning, "A clip is shown to the model as it is, and its picture may look squeezed ({Reason})")]
    public static partial void ShownSqueezed(this ILogger logger, string reason);
}

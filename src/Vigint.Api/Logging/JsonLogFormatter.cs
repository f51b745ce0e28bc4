using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using ZLogger;

namespace Vigint.Api.Logging;

/// <summary>
/// Writes a line of the log as one JSON object: <c>timestamp</c>, <c>level</c>, <c>category</c>, <c>event_id</c>, <c>message</c>, the
/// values of the message by name in <c>data</c>, and <c>exception</c>. ZLogger's own formatter serializes the values whole, members
/// included that their text keeps to itself; here they are what they are in the message.
/// </summary>
internal sealed class JsonLogFormatter : IZLoggerFormatter
{
    private const string Template = "{OriginalFormat}";

    private static readonly JsonWriterOptions Options = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    };

    public bool WithLineBreak => true;

    public void FormatLogEntry(IBufferWriter<byte> writer, IZLoggerEntry entry)
    {
        var info = entry.LogInfo;
        using var json = new Utf8JsonWriter(writer, Options);
        json.WriteStartObject();
        json.WriteString("timestamp"u8, info.Timestamp.Utc);
        json.WriteString("level"u8, NameOf(info.LogLevel));
        json.WriteString("category"u8, info.Category.JsonEncoded);
        json.WriteNumber("event_id"u8, info.EventId.Id);
        json.WriteString("message"u8, entry.ToString());
        WriteData(json, entry);
        if (info.Exception is { } exception)
            json.WriteString("exception"u8, exception.ToString());
        json.WriteEndObject();
    }

    private static void WriteData(Utf8JsonWriter json, IZLoggerEntry entry)
    {
        var hasBegun = false;
        for (var index = 0; index < entry.ParameterCount; index++)
        {
            var key = entry.GetParameterKeyAsString(index);
            if (key == Template)
                continue;
            if (!hasBegun)
                json.WriteStartObject("data"u8);
            hasBegun = true;
            json.WritePropertyName(JsonNamingPolicy.SnakeCaseLower.ConvertName(key));
            WriteValue(json, entry.GetParameterValue(index));
        }

        if (hasBegun)
            json.WriteEndObject();
    }

    private static void WriteValue(Utf8JsonWriter json, object? value)
    {
        switch (value)
        {
            case null:
                json.WriteNullValue();
                break;
            case bool flag:
                json.WriteBooleanValue(flag);
                break;
            case int or long or short or byte or uint:
                json.WriteNumberValue(Convert.ToInt64(value, CultureInfo.InvariantCulture));
                break;
            case double number when double.IsFinite(number):
                json.WriteNumberValue(number);
                break;
            case decimal number:
                json.WriteNumberValue(number);
                break;
            default:
                json.WriteStringValue(Convert.ToString(value, CultureInfo.InvariantCulture));
                break;
        }
    }

    private static string NameOf(LogLevel level) =>
        level switch
        {
            LogLevel.Trace => "trace",
            LogLevel.Debug => "debug",
            LogLevel.Information => "information",
            LogLevel.Warning => "warning",
            LogLevel.Error => "error",
            _ => "critical",
        };
}

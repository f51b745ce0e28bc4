using System.Globalization;
using System.Net;
using Vigint.Infrastructure;

namespace Vigint.Api.Settings;

/// <summary>
/// Reads settings by their fixed names. An empty value counts as not set. An unusable value ends the start with one sentence.
/// </summary>
internal sealed class SettingsReader(IConfiguration configuration)
{
    private readonly HashSet<string> asked = new(StringComparer.Ordinal);

    /// <summary>Every name that was asked for; a test holds it against the documentation.</summary>
    public IReadOnlySet<string> Asked => asked;

    /// <summary>Whether one of the names that were asked for has a value.</summary>
    public bool IsAnythingSet => asked.Any(name => configuration[name] is { Length: > 0 });

    /// <summary>Whether a setting of that name was asked for, or is the framework's or a platform's.</summary>
    public bool Knows(string name) => asked.Contains(name) || SettingNames.IsOfOthers(name);

    /// <summary>
    /// A sentence for each name that looks like a setting and is not one. It never holds a value. Call it after all settings have been
    /// read.
    /// </summary>
    public IEnumerable<string> TroublesOf(IEnumerable<string> names, string where) =>
        names
            .Order(StringComparer.Ordinal)
            .Select(name => (Name: name, Trouble: SettingNames.TroubleOf(name, asked)))
            .Where(one => one.Trouble is not null)
            .Select(one => $"{where} sets {one.Name}, which is no setting{one.Trouble}");

    public string? Text(string name)
    {
        asked.Add(name);
        return configuration[name] is { Length: > 0 } value ? value : null;
    }

    public int Whole(string name, int whenAbsent, int min, int max)
    {
        if (Text(name) is not { } value)
            return whenAbsent;
        return
            int.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            && number >= min
            && number <= max
            ? number
            : throw new StartUpException($"{name} must be a whole number from {min} to {max}, not '{value}'.");
    }

    /// <param name="most">The largest that is accepted; anything above zero and up to it is.</param>
    public double? Number(string name, double most)
    {
        if (Text(name) is not { } value)
            return null;
        return double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number > 0 && number <= most
            ? number
            : throw new StartUpException(
                string.Create(CultureInfo.InvariantCulture, $"{name} must be a number more than 0 and at most {most}, not '{value}'.")
            );
    }

    /// <param name="choices">By their names; the first one is meant when the setting is absent.</param>
    public T Choice<T>(string name, IReadOnlyList<(string Name, T Value)> choices) => Choice(name, choices, choices[0].Value);

    /// <param name="choices">By their names.</param>
    public T Choice<T>(string name, IReadOnlyList<(string Name, T Value)> choices, T whenAbsent)
    {
        if (Text(name) is not { } value)
            return whenAbsent;
        foreach (var choice in choices)
        {
            if (string.Equals(choice.Name, value, StringComparison.OrdinalIgnoreCase))
                return choice.Value;
        }

        throw new StartUpException($"{name} must be one of {string.Join(", ", choices.Select(choice => choice.Name))}, not '{value}'.");
    }

    public bool Flag(string name, bool whenAbsent = false) =>
        Text(name)?.ToLowerInvariant() switch
        {
            null => whenAbsent,
            "false" or "0" or "no" or "off" => false,
            "true" or "1" or "yes" or "on" => true,
            var other => throw new StartUpException($"{name} must be true or false, not '{other}'."),
        };

    /// <returns>Addresses and networks with commas between them, none when absent; a single address is a network of one.</returns>
    public IReadOnlyList<IPNetwork> Networks(string name)
    {
        if (Text(name) is not { } value)
            return [];
        var texts = value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return
        [
            .. texts.Select(text =>
                NetworkOf(text)
                ?? throw new StartUpException(
                    $"{name} must be addresses such as 10.0.0.7 or networks such as 10.0.0.0/8 with commas between them, not '{text}'."
                )
            ),
        ];
    }

    /// <returns>Without a slash at the end; null when absent.</returns>
    public string? Address(string name)
    {
        if (Text(name) is not { } value)
            return null;
        return
            Uri.TryCreate(value, UriKind.Absolute, out var uri)
            && uri.Scheme is "http" or "https"
            && uri.Query.Length == 0
            && uri.Fragment.Length == 0
            ? value.TrimEnd('/')
            : throw new StartUpException(
                $"{name} must be an address that begins with http:// or https:// and has no query, not '{value}'."
            );
    }

    private static IPNetwork? NetworkOf(string text)
    {
        if (IPAddress.TryParse(text, out var address))
            return new IPNetwork(address, address.GetAddressBytes().Length * 8);
        return IPNetwork.TryParse(text, out var network) ? network : null;
    }
}

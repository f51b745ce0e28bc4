namespace Vigint.Api.OpenApi;

/// <summary>
/// Names of schemas as users of the API read them: <c>VideosController.ListAnswer</c> is a <c>VideoList</c>, and
/// <c>ExtendBody</c> a <c>VideoExtendRequest</c>.
/// </summary>
internal static class SchemaName
{
    /// <param name="name">Of the record.</param>
    /// <param name="controller">The class that the record is in; null for one that stands alone.</param>
    public static string Of(string name, string? controller)
    {
        var thing = name.EndsWith("Body", StringComparison.Ordinal) ? $"{Without(name, "Body")}Request" : Without(name, "Answer");
        if (controller is null || !controller.EndsWith("Controller", StringComparison.Ordinal))
            return thing;

        // Several controllers have a ListAnswer.
        var feature = Without(controller, "Controller");
        if (!feature.EndsWith("sis", StringComparison.Ordinal))
            feature = Without(feature, "s");
        if (feature.EndsWith(thing, StringComparison.Ordinal))
            return feature;
        return thing.StartsWith(feature, StringComparison.Ordinal) ? thing : feature + thing;
    }

    private static string Without(string name, string ending) =>
        name.EndsWith(ending, StringComparison.Ordinal) && name.Length > ending.Length ? name[..^ending.Length] : name;
}

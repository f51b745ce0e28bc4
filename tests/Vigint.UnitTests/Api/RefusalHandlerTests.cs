using System.Reflection;
using Vigint.Api.Errors;
using Vigint.Application;
using Vigint.Domain;

namespace Vigint.UnitTests.Api;

/// <summary>
/// Which status each code has (docs/contract.md). Clients rely on both, so a line that changes here is a change of the contract.
/// </summary>
public sealed class RefusalHandlerTests
{
    private static readonly Dictionary<int, string> CodesByStatus = new()
    {
        [400] =
            " additional_hours_invalid alert_address_missing alert_state_invalid analysis_missing base64_invalid body_not_gzip"
            + " body_not_json body_not_object channel_address_invalid channel_address_private channel_limit_reached channel_repeated"
            + " cleanup_type_invalid client_limit_invalid cursor_invalid email_in_use email_invalid expiration_hours_invalid"
            + " file_hash_invalid form_field_too_long form_malformed frame_limit_exceeded frame_missing frame_rate_invalid"
            + " frames_missing idempotency_key_invalid instructions_too_long key_expiry_invalid limit_invalid link_life_too_long"
            + " max_age_invalid max_size_invalid member_type_invalid metadata_invalid motion_needs_clip name_and_email_required"
            + " name_invalid no_clip_to_analyze no_valid_frames ntfy_token_invalid ntfy_topic_missing parameter_missing period_invalid"
            + " precondition_failed quality_reduction_invalid range_not_satisfiable request_invalid request_unreadable"
            + " risk_level_invalid source_id_invalid source_ids_invalid source_name_invalid time_invalid value_invalid"
            + " video_data_missing video_empty video_file_not_selected video_format_invalid video_id_invalid video_id_missing"
            + " video_part_missing video_part_repeated webhook_secret_invalid",
        [401] = " admin_key_missing admin_key_wrong key_missing key_wrong link_token_missing",
        [403] = " client_erased link_expired link_token_invalid link_video_not_found",
        [404] =
            " alert_not_found client_not_found download_not_found key_not_found not_found source_without_frames still_not_available"
            + " still_not_ready video_file_missing video_not_found",
        [405] = " method_not_allowed",
        [408] = " body_too_slow",
        [409] =
            " alert_being_sent alert_ignored client_being_erased idempotency_key_in_use link_limit_reached"
            + " video_id_of_another_client video_id_taken",
        [410] = " billing_gone rtsp_gone",
        [413] = " body_too_large body_unpacks_to_too_much video_too_large",
        [415] =
            " content_encoding_unsupported frame_not_jpeg frames_undecodable not_a_video video_encrypted video_index_missing"
            + " video_undecodable",
        [422] =
            " clip_too_long_for_analysis conversion_out_of_memory conversion_timeout file_hash_mismatch idempotency_key_reused"
            + " max_size_unreachable motion_not_detectable picture_too_large too_many_streams video_too_long",
        [429] =
            " analysis_budget_exhausted concurrent_upload_limit_reached connection_limit_reached resend_limit_reached"
            + " source_limit_reached upload_rate_exceeded wrong_key_limit_reached",
        [500] = " internal_error source_analysis_failed",
        [502] = " model_answer_unusable model_lost_clip model_refused",
        [503] =
            " analysis_not_configured client_not_wholly_erased clock_in_doubt database_unavailable encoder_queue_full"
            + " ffmpeg_unavailable model_unavailable storage_scan_running storage_unavailable video_changing video_unreadable",
        [504] = " model_timeout",
        [507] = " client_storage_full database_full frame_buffer_full storage_full",
    };

    private static IEnumerable<TestCaseData> Codes =>
        from line in CodesByStatus
        from code in line.Value.Split(' ', StringSplitOptions.RemoveEmptyEntries)
        select new TestCaseData(code, line.Key);

    [TestCaseSource(nameof(Codes))]
    public void A_code_has_its_status(string code, int status) =>
        Assert.That(RefusalHandler.StatusOf(ProblemCatalog.Find(code)!.Refusal), Is.EqualTo(status));

    [Test]
    public void Every_code_is_in_the_table_and_in_the_catalog_once() =>
        Assert.That(ProblemCatalog.All.Select(one => one.Code), Is.EquivalentTo(Codes.Select(one => (string)one.Arguments[0]!)));

    [Test]
    public void Nothing_that_a_call_is_refused_for_is_missing_from_the_catalog()
    {
        Assembly[] assemblies = [typeof(RefusedException).Assembly, typeof(ApplicationServices).Assembly, typeof(RefusalHandler).Assembly];
        var refusing = assemblies
            .SelectMany(assembly => assembly.DefinedTypes)
            .SelectMany(type => type.DeclaredMethods)
            .Where(method => method.IsStatic && !method.IsPrivate && method.ReturnType == typeof(RefusedException))
            .Where(method => method.DeclaringType != typeof(ProblemCatalog))
            .ToList();
        var known = ProblemCatalog.All.Select(one => one.Code).ToHashSet();

        Assert.That(refusing, Has.Count.GreaterThan(100));
        Assert.That(
            refusing
                .Select(method => ((RefusedException)method.Invoke(null, [.. method.GetParameters().Select(ExampleOf)])!).Code)
                .Where(code => !known.Contains(code)),
            Is.Empty
        );
    }

    [Test]
    public void A_code_is_in_snake_case() =>
        Assert.That(ProblemCatalog.All.Select(one => one.Code), Is.All.Match("^[a-z0-9]+(_[a-z0-9]+)*$"));

    // Old clients search the text of a refused upload for status numbers and for the word "timeout".
    [Test]
    public void No_code_of_an_upload_looks_like_a_status_or_a_timeout() =>
        Assert.That(
            ProblemCatalog.All.Where(one => one.Code.StartsWith("video", StringComparison.Ordinal)).Select(one => one.Code),
            Is.All.Match("^[a-z_]+$").And.None.Contains("timeout")
        );

    [Test]
    public void Every_refusal_has_a_status([Values] Refusal refusal) => Assert.That(RefusalHandler.StatusOf(refusal), Is.InRange(400, 599));

    [Test]
    public void A_refusal_without_a_status_is_noticed() =>
        Assert.That(() => RefusalHandler.StatusOf((Refusal)int.MaxValue), Throws.TypeOf<ArgumentOutOfRangeException>());

    private static object? ExampleOf(ParameterInfo parameter) =>
        parameter.ParameterType == typeof(string) ? "x"
        : parameter.ParameterType == typeof(Domain.Videos.VideoId) ? Domain.Videos.VideoId.Parse("clip")
        : parameter.ParameterType == typeof(TimeSpan) ? TimeSpan.FromSeconds(5)
        : parameter.ParameterType.IsValueType ? Activator.CreateInstance(parameter.ParameterType)
        : null;
}

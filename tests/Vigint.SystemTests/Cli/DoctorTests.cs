using System.Globalization;
using Microsoft.Data.Sqlite;
using Npgsql;
using Vigint.TestSupport;

namespace Vigint.SystemTests.Cli;

/// <summary>What a doctor must not vouch for.</summary>
public sealed class DoctorTests
{
    private TemporaryFolder folder = null!;

    [SetUp]
    public void MakeFolder() => folder = new TemporaryFolder();

    [TearDown]
    public void RemoveFolder() => folder.Dispose();

    [Test]
    public async Task A_disk_on_which_every_upload_is_refused_is_bad()
    {
        await using var disk = await SmallDisk.MountAsync("1m");
        disk.Fill();

        Assert.That(
            await LookAsync("storage", ("VIDEO_STORAGE_DIR", disk.At("videos"))),
            Does.StartWith("bad").And.Contain("every upload is refused")
        );
    }

    [TestCase("0.00001", "bad", TestName = "A_quota_that_is_used_up_is_bad")]
    [TestCase("0.000011", "attention", TestName = "A_quota_that_is_nearly_used_up_is_looked_at")]
    public async Task Quota(string gigabytes, string state)
    {
        var videos = Directory.CreateDirectory(folder.At("data", "videos")).FullName;
        var bytes = (int)(0.00001 * 1024 * 1024 * 1024);
        await File.WriteAllBytesAsync(Path.Combine(videos, "video_a.mp4"), Clips.Fake(bytes));

        Assert.That(
            await LookAsync("storage", ("VIDEO_STORAGE_QUOTA_GB", gigabytes)),
            Does.StartWith(state).And.Contain("VIDEO_STORAGE_QUOTA_GB")
        );
    }

    [Test]
    public async Task A_schema_that_is_newer_than_the_program_is_bad()
    {
        await using (await VigintProcess.StartAsync(folder.Path))
        {
            // It has made its database.
        }

        await using (var connection = new SqliteConnection($"Data Source={folder.At("data", "vigint.db")};Pooling=false"))
        {
            await connection.OpenAsync();
            await using var command = connection.CreateCommand();
            command.CommandText = "insert into schema_migrations (number, name, applied_at_ms) values (9000, 'of tomorrow', 0)";
            await command.ExecuteNonQueryAsync();
        }

        Assert.That(await LookAsync("database"), Does.StartWith("bad").And.Contain("9000"));
    }

    [Test]
    public async Task A_database_that_can_only_be_read_is_bad_and_one_that_can_be_written_stays_as_it_is()
    {
        await using var cluster = await PostgresCluster.StartNewAsync();
        var address = await cluster.NewDatabaseAsync();
        await using var database = NpgsqlDataSource.Create(
            $"Host=127.0.0.1;Port={cluster.Port};Username=vigint;Database={new Uri(address).AbsolutePath.Trim('/')};Pooling=false"
        );

        var writable = await LookAsync("database", ("DATABASE_URL", address));
        await using var tables = database.CreateCommand("select count(*) from information_schema.tables where table_schema = 'public'");
        var left = Convert.ToInt32(await tables.ExecuteScalarAsync(), CultureInfo.InvariantCulture);
        await using var lockIt = database.CreateCommand(
            $"alter database {new Uri(address).AbsolutePath.Trim('/')} set default_transaction_read_only = on"
        );
        await lockIt.ExecuteNonQueryAsync();
        var readOnly = await LookAsync("database", ("DATABASE_URL", address));

        Assert.That((writable.Split(' ')[0], left), Is.EqualTo(("good", 0)), writable);
        Assert.That(readOnly, Does.StartWith("bad").And.Contain("read-only"));
    }

    [Test]
    public async Task A_page_that_is_answered_in_place_of_a_model_is_bad()
    {
        await using var gemini = await FakeGemini.StartAsync();
        gemini.DescribesWith = "<html>Sign in to the hotel's network</html>";

        Assert.That(await LookAsync("model", gemini.Settings), Does.StartWith("bad"));
    }

    [Test]
    public async Task An_ffmpeg_whose_ffprobe_does_not_start_is_bad()
    {
        Needs.Program("ffmpeg");
        var programs = Directory.CreateDirectory(folder.At("programs")).FullName;
        File.CreateSymbolicLink(Path.Combine(programs, "ffmpeg"), "/usr/bin/ffmpeg");
        File.CreateSymbolicLink(Path.Combine(programs, "ffprobe"), "/bin/false");

        Assert.That(await LookAsync("ffmpeg", ("PATH", programs)), Does.StartWith("bad").And.Contain("ffprobe does not start"));
    }

    // State, then what was found.
    private async Task<string> LookAsync(string name, params (string Name, string Value)[] settings)
    {
        var answer = await VigintCli.RunAsync(folder, [("SECRET_KEY", VigintProcess.Key), .. settings], "doctor", "--json");
        var check = answer.Json["checks"]!.AsArray().Single(one => one!["name"]!.ToString() == name)!;
        return $"{check["state"]} {check["found"]}";
    }
}

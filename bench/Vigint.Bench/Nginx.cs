using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace Vigint.Bench;

/// <summary>
/// nginx with its defaults, as many workers as cores: PUT to a folder, and files behind <c>secure_link</c>, access log on.
/// </summary>
internal sealed class Nginx : IDisposable
{
    private const string Secret = "bench-secret";
    private readonly Process process;
    private readonly string folder;

    private Nginx(Process process, string folder, int port)
    {
        this.folder = folder;
        this.process = process;
        Port = port;
    }

    public int Port { get; }

    public static Nginx Start(string folder)
    {
        var port = FreePort();
        foreach (var name in (string[])["put", "temp", "files"])
            Directory.CreateDirectory(Path.Combine(folder, name));
        var configuration = Path.Combine(folder, "nginx.conf");
        File.WriteAllText(
            configuration,
            $$"""
            {{(Environment.UserName == "root" ? "user root;" : "")}}
            daemon off;
            worker_processes auto;
            pid {{folder}}/nginx.pid;
            error_log {{folder}}/error.log;
            events { worker_connections 768; }
            http {
                sendfile on;
                types { video/mp4 mp4; }
                access_log {{folder}}/access.log;
                client_body_temp_path {{folder}}/temp;
                proxy_temp_path {{folder}}/temp-proxy;
                fastcgi_temp_path {{folder}}/temp-fastcgi;
                uwsgi_temp_path {{folder}}/temp-uwsgi;
                scgi_temp_path {{folder}}/temp-scgi;
                client_max_body_size 0;
                keepalive_requests 1000000;
                server {
                    listen 127.0.0.1:{{port}};
                    location /put/ { root {{folder}}; dav_methods PUT; }
                    location /files/ {
                        root {{folder}};
                        secure_link $arg_md5,$arg_expires;
                        secure_link_md5 "$secure_link_expires$uri {{Secret}}";
                        if ($secure_link = "") { return 403; }
                        if ($secure_link = "0") { return 410; }
                    }
                }
            }
            """
        );
        var nginx = new Nginx(
            Process.Start(new ProcessStartInfo("nginx", ["-c", configuration, "-e", Path.Combine(folder, "error.log")]))!,
            folder,
            port
        );
        nginx.UntilListening();
        return nginx;
    }

    public Connection Connect() => new(Port);

    /// <summary>Removes what was put. Put over a file that is there, ext4 would bring it to the disk first.</summary>
    public void Delete(string name) => File.Delete(Path.Combine(folder, "put", name));

    public static string AddressOf(string fileName)
    {
        const string expires = "4070908800";
#pragma warning disable CA5351 // nginx's secure_link_md5 knows no other
        var digest = MD5.HashData(Encoding.ASCII.GetBytes($"{expires}/files/{fileName} {Secret}"));
#pragma warning restore CA5351
        return $"/files/{fileName}?md5={System.Buffers.Text.Base64Url.EncodeToString(digest)}&expires={expires}";
    }

    public void Dispose()
    {
        // Killed, the master would leave its workers.
        using (Process.Start("kill", ["-TERM", process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]))
            process.WaitForExit();
        process.Dispose();
    }

    private void UntilListening()
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                Connect().Dispose();
                return;
            }
            catch (SocketException) when (attempt < 500 && !process.HasExited)
            {
                Pause.Milliseconds(10);
            }
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}

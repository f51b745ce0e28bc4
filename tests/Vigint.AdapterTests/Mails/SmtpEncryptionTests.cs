using System.Net;
using System.Security.Cryptography.X509Certificates;
using Vigint.Infrastructure.Mails;
using Vigint.TestSupport;

namespace Vigint.AdapterTests.Mails;

/// <summary>STARTTLS and accounts.</summary>
public sealed class SmtpEncryptionTests : SmtpFixture
{
    private const string User = "alerts@vigint.example";
    private const string Password = "correct horse battery staple";

    [SetUp]
    public Task UseEncryption()
    {
        Smtp.OffersTls = true;
        Smtp.Account = (User, Password);
        return UseAsync(Server(Password));
    }

    [TearDown]
    public void TrustNobody() => Trust(null);

    [Test]
    public async Task Over_an_encrypted_connection_the_account_sends()
    {
        Trust(Smtp.Certificate);

        await SendAsync();

        Assert.That((Smtp.Mails[0].IsEncrypted, Smtp.Mails[0].User), Is.EqualTo((true, User)));
    }

    [Test]
    public async Task The_next_mail_needs_neither_encryption_nor_account_anew()
    {
        Trust(Smtp.Certificate);

        await SendAsync();
        await SendAsync();

        Assert.That((Smtp.Mails.Count, Smtp.Commands.Count(line => line == "STARTTLS")), Is.EqualTo((2, 1)));
    }

    [Test]
    public async Task A_certificate_that_nobody_trusts_is_refused()
    {
        var refusal = Refused();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(refusal.IsPermanent, Is.False);
            Assert.That(refusal.Message, Does.StartWith("no secure connection: ").And.Contain("certificate"));
            Assert.That(await Sending.HealthAsync(), Is.EqualTo("down: no secure connection"));
        }
    }

    [Test]
    public async Task A_certificate_for_another_host_is_refused()
    {
        Trust(Smtp.Certificate);
        await UseAsync(Server(Password) with { Host = "127.0.0.1" });

        Assert.That(Refused().Message, Does.StartWith("no secure connection: "));
    }

    [Test]
    public void Before_the_certificate_was_checked_neither_password_nor_mail_is_sent()
    {
        Refused();

        Assert.That(Smtp.Commands, Is.EqualTo(new[] { Smtp.Commands[0], "STARTTLS" }));
    }

    [Test]
    public async Task A_server_without_encryption_gets_nothing()
    {
        Smtp.OffersTls = false;

        var refusal = Refused();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(refusal.IsPermanent, Is.False);
            Assert.That(Smtp.Commands, Has.None.StartsWith("AUTH").And.None.StartsWith("MAIL"));
            Assert.That(await Sending.HealthAsync(), Is.EqualTo("down: no secure connection"));
        }
    }

    [Test]
    public async Task A_wrong_password_is_trouble_for_now_and_is_not_told()
    {
        Trust(Smtp.Certificate);
        await UseAsync(Server("not the password"));

        var refusal = Refused();

        using (Assert.EnterMultipleScope())
        {
            Assert.That((refusal.IsPermanent, refusal.Message), Is.EqualTo((false, "530 5.7.0 Authentication required")));
            Assert.That(await Sending.HealthAsync(), Is.EqualTo("down: the account is refused"));
            Assert.That(string.Join('\n', Sending.Log.All), Does.Not.Contain("not the password"));
        }
    }

    [TestCase(SmtpStep.StartTls, "454 4.7.0 TLS not available")]
    [TestCase(SmtpStep.Login, "535 5.7.8 Bad password")]
    [TestCase(SmtpStep.Login, "454 4.7.0 Try again later")]
    public void Trouble_with_encryption_or_account_is_for_now(SmtpStep step, string reply)
    {
        Trust(Smtp.Certificate);
        Smtp.Answers(step, reply);

        Assert.That(Refused().IsPermanent, Is.False);
    }

    [TestCase(SmtpStep.StartTls)]
    [TestCase(SmtpStep.Login)]
    public void A_connection_that_ends_there_is_trouble_for_now(SmtpStep step)
    {
        Trust(Smtp.Certificate);
        Smtp.Drops(step);

        Assert.That(Refused().IsPermanent, Is.False);
    }

    [Test]
    public async Task Without_encryption_an_account_can_send_where_it_is_asked_for()
    {
        Smtp.OffersTls = false;
        await UseAsync(Server(Password) with { UsesTls = false });

        await SendAsync();

        Assert.That((Smtp.Mails[0].IsEncrypted, Smtp.Mails[0].User), Is.EqualTo((false, User)));
    }

    [Test]
    public void The_password_is_in_no_text() => Assert.That($"{Server(Password)}", Does.Not.Contain(Password));

    private SmtpOptions Server(string password) => new("localhost", Smtp.Port, UsesTls: true, new SmtpAccount(User, password));

    // As if an authority that the machine trusts had made it. There is no other way in one process: the framework reads its authorities
    // once.
    private static void Trust(X509Certificate2? certificate) =>
#pragma warning disable SYSLIB0014 // obsolete for HTTP, which does not look at it; mail does
        ServicePointManager.ServerCertificateValidationCallback = certificate is null
            ? null
            : (_, shown, _, errors) =>
                errors == System.Net.Security.SslPolicyErrors.RemoteCertificateChainErrors
                && shown!.GetCertHashString() == certificate.Thumbprint;
#pragma warning restore SYSLIB0014
}

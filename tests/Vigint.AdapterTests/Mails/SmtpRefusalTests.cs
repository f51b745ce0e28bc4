using Vigint.Infrastructure.Mails;
using Vigint.TestSupport;

namespace Vigint.AdapterTests.Mails;

/// <summary>What is told of a mail that a server does not take: for good, or not now.</summary>
public sealed class SmtpRefusalTests : SmtpFixture
{
    [TestCase(SmtpStep.Recipient, "550 5.1.1 No such user", TestName = "A_recipient_whom_nobody_knows_is_refused_for_good")]
    [TestCase(SmtpStep.Recipient, "551 5.1.6 User has moved", TestName = "A_recipient_who_has_moved_is_refused_for_good")]
    [TestCase(SmtpStep.Recipient, "553 5.1.3 Bad name", TestName = "A_recipient_of_a_bad_name_is_refused_for_good")]
    [TestCase(SmtpStep.Recipient, "554 5.1.2 No such domain", TestName = "A_recipient_of_an_unknown_domain_is_refused_for_good")]
    [TestCase(
        SmtpStep.Recipient,
        "556 5.1.10 Domain takes no mail",
        TestName = "A_recipient_whose_domain_takes_no_mail_is_refused_for_good"
    )]
    [TestCase(SmtpStep.Recipient, "550 5.2.1 Mailbox disabled", TestName = "A_mailbox_that_is_closed_is_refused_for_good")]
    [TestCase(SmtpStep.Body, "550 5.1.1 No such user", TestName = "A_recipient_whom_nobody_knows_after_the_mail_is_refused_for_good")]
    [TestCase(
        SmtpStep.Recipient,
        "550 No such user here",
        TestName = "A_recipient_whom_nobody_knows_is_refused_for_good_without_a_further_code"
    )]
    [TestCase(SmtpStep.Recipient, "553 Bad name", TestName = "A_recipient_of_a_bad_name_is_refused_for_good_without_a_further_code")]
    public void A_refusal_of_the_mailbox_is_for_good(SmtpStep step, string reply)
    {
        Smtp.Answers(step, reply);

        var refusal = Refused();

        Assert.That((refusal.IsPermanent, refusal.Message), Is.EqualTo((true, reply)));
    }

    [TestCase(SmtpStep.Recipient, "450 4.2.1 Mailbox busy", TestName = "A_busy_mailbox_may_be_free_later")]
    [TestCase(SmtpStep.Recipient, "451 4.7.1 Greylisted", TestName = "Who_is_asked_to_come_again_does")]
    [TestCase(SmtpStep.Recipient, "452 4.2.2 Mailbox full", TestName = "A_mailbox_that_is_full_for_now_may_be_emptied")]
    [TestCase(SmtpStep.Recipient, "552 5.2.2 Mailbox full", TestName = "A_full_mailbox_may_be_emptied")]
    [TestCase(
        SmtpStep.Recipient,
        "554 5.7.1 Client host [192.0.2.1] blocked using a list",
        TestName = "An_address_on_a_list_can_be_taken_off_it"
    )]
    [TestCase(SmtpStep.Recipient, "550 5.7.23 SPF validation failed", TestName = "A_domain_without_its_records_can_be_put_right")]
    [TestCase(
        SmtpStep.Recipient,
        "550 Blocked, see https://list.example/",
        TestName = "An_address_on_a_list_can_be_taken_off_it_without_a_further_code"
    )]
    [TestCase(SmtpStep.Recipient, "553 Rejected by policy", TestName = "A_policy_can_be_changed")]
    [TestCase(SmtpStep.Recipient, "554 Transaction failed", TestName = "What_failed_for_no_reason_is_tried_again")]
    [TestCase(SmtpStep.Recipient, "550 5.4.1 Recipient address rejected: Access denied", TestName = "A_way_that_is_closed_can_be_opened")]
    [TestCase(SmtpStep.Sender, "550 5.7.1 Sender address rejected", TestName = "A_sender_who_may_not_send_can_be_changed")]
    [TestCase(SmtpStep.Sender, "550 5.1.8 Sender's domain is unknown", TestName = "A_sender_whose_domain_is_unknown_can_be_changed")]
    [TestCase(SmtpStep.Sender, "553 5.1.7 Bad sender", TestName = "A_sender_of_a_bad_name_can_be_changed")]
    [TestCase(SmtpStep.Data, "554 5.5.1 No valid recipients", TestName = "Data_that_is_refused_is_no_word_on_the_mailbox")]
    [TestCase(SmtpStep.Body, "550 5.7.0 Looks like spam", TestName = "What_looks_like_spam_may_not_tomorrow")]
    [TestCase(SmtpStep.Body, "554 5.6.0 Message refused", TestName = "A_mail_that_is_refused_is_no_word_on_the_mailbox")]
    [TestCase(SmtpStep.Body, "554 5.7.9 blocked by the filter", TestName = "A_filter_can_be_changed")]
    [TestCase(SmtpStep.Recipient, "554 5.7.1 Relay access denied", TestName = "Who_may_not_relay_has_a_wrong_account")]
    [TestCase(SmtpStep.Recipient, "550 5.7.1 Authentication required", TestName = "Who_has_to_log_in_has_a_wrong_account")]
    [TestCase(SmtpStep.Sender, "530 5.7.0 Must log in", TestName = "An_account_that_is_missing_can_be_put_right")]
    [TestCase(SmtpStep.Sender, "535 5.7.8 Bad password", TestName = "An_account_that_is_refused_can_be_put_right")]
    [TestCase(SmtpStep.Sender, "421 4.3.2 Closing", TestName = "A_server_that_closes_opens_again")]
    [TestCase(SmtpStep.Body, "451 4.3.0 Try later", TestName = "A_mail_that_is_not_taken_now_may_be_later")]
    [TestCase(SmtpStep.Greeting, "421 4.3.2 Too many connections", TestName = "A_greeting_that_puts_off_is_for_now")]
    public void A_refusal_for_now_is_told_in_the_servers_words(SmtpStep step, string reply)
    {
        Smtp.Answers(step, reply);

        var refusal = Refused();

        Assert.That((refusal.IsPermanent, refusal.Message), Is.EqualTo((false, reply)));
    }

    [TestCase(SmtpStep.Greeting, "554 No service here")]
    [TestCase(SmtpStep.Greeting, "550 Your address is on a list")]
    [TestCase(SmtpStep.Hello, "550 Go away")]
    public async Task A_server_that_lets_nobody_in_says_nothing_of_this_mail(SmtpStep step, string reply)
    {
        Smtp.Answers(step, reply, times: 2);

        Assert.That(Refused().IsPermanent, Is.False);
        Assert.That(await Sending.HealthAsync(), Is.EqualTo("down: does not let this server in"));
    }

    [TestCase(SmtpStep.Greeting)]
    [TestCase(SmtpStep.Hello)]
    [TestCase(SmtpStep.Sender)]
    [TestCase(SmtpStep.Recipient)]
    [TestCase(SmtpStep.Data)]
    [TestCase(SmtpStep.Body)]
    public void A_connection_that_ends_anywhere_is_trouble_for_now(SmtpStep step)
    {
        Smtp.Drops(step);

        var refusal = Refused();

        Assert.That(
            (refusal.IsPermanent, refusal.Message),
            Is.EqualTo((false, "the connection broke: Unable to read data from the transport connection: The connection was closed."))
        );
    }

    [TestCase("hello")]
    [TestCase("99 bottles")]
    [TestCase("HTTP/1.1 400 Bad Request")]
    public void A_server_that_speaks_another_language_is_trouble_for_now(string greeting)
    {
        Smtp.Answers(SmtpStep.Greeting, greeting);

        Assert.That(Refused().IsPermanent, Is.False);
    }

    [Test]
    public async Task A_server_that_is_not_there_is_trouble_for_now()
    {
        await Smtp.StopAsync();

        var refusal = Refused();

        Assert.That(
            (refusal.IsPermanent, refusal.Message, await Sending.HealthAsync()),
            Is.EqualTo((false, "cannot be reached: Connection refused", "down: does not answer"))
        );
    }

    [Test]
    public async Task A_name_that_leads_nowhere_is_trouble_for_now()
    {
        await UseAsync(new SmtpOptions("nowhere.invalid", 25, UsesTls: false, Account: null));

        Assert.That(Refused().IsPermanent, Is.False);
    }

    [Test]
    public async Task A_server_that_does_not_answer_in_time_is_given_up_for_now()
    {
        var gate = Smtp.Holds(SmtpStep.Greeting);
        var sending = TrySendAsync();
        await gate.Reached;

        Clock.Advance(TimeSpan.FromSeconds(61));

        var refusal = await sending.FailureAsync();
        Assert.That((refusal.IsPermanent, refusal.Message), Is.EqualTo((false, "no answer within 60 s")));
    }

    [Test]
    public async Task Whoever_gives_up_is_let_go_at_once()
    {
        using var patience = new CancellationTokenSource();
        var gate = Smtp.Holds(SmtpStep.Data);
        var sending = SendAsync(cancellationToken: patience.Token);
        await gate.Reached;

        await patience.CancelAsync();

        Assert.That(async () => await sending, Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public async Task What_was_given_up_before_its_content_was_sent_does_not_arrive()
    {
        using var patience = new CancellationTokenSource();
        var gate = Smtp.Holds(SmtpStep.Data);
        var sending = SendAsync(cancellationToken: patience.Token);
        await gate.Reached;
        await patience.CancelAsync();
        Assert.That(async () => await sending, Throws.InstanceOf<OperationCanceledException>());

        gate.Open();
        await Eventually.RequireAsync("the conversation is over", () => Task.FromResult(Smtp.OpenConnections == 0));

        Assert.That(Smtp.Mails, Is.Empty);
    }

    // What is told

    [Test]
    public void An_endless_answer_is_told_in_one_line_and_cut()
    {
        Smtp.Answers(SmtpStep.Recipient, "550 \u0007" + new string('x', 10_000));

        Assert.That(
            Refused().Message,
            Does.StartWith("550 ").And.EndsWith("…").And.Length.LessThanOrEqualTo(300).And.Not.Contain("\n").And.Not.Contain("\u0007")
        );
    }

    [Test]
    public void A_link_that_a_server_repeats_is_not_told()
    {
        Smtp.Answers(SmtpStep.Body, $"554 5.7.9 I do not like {A.Notice.Clip!.Link} at all");

        Assert.That(Refused().Message, Is.EqualTo("554 5.7.9 I do not like https://videos.example.org/video/clip?token=… at all"));
    }

    // What health says

    [Test]
    public async Task Before_the_first_mail_health_knows_nothing() => Assert.That(await Sending.HealthAsync(), Is.EqualTo("not tried yet"));

    [Test]
    public async Task After_a_mail_that_was_taken_all_is_well()
    {
        await SendAsync();

        Assert.That(await Sending.HealthAsync(), Is.EqualTo("up"));
    }

    [TestCase(SmtpStep.Recipient, "550 5.1.1 No such user", "up")]
    [TestCase(SmtpStep.Recipient, "451 4.7.1 Greylisted", "up")]
    [TestCase(SmtpStep.Sender, "530 5.7.0 Authentication required", "down: the account is refused")]
    [TestCase(SmtpStep.Sender, "421 4.3.2 Closing", "down: does not answer")]
    public async Task Health_tells_the_servers_trouble_from_a_mails(SmtpStep step, string reply, string health)
    {
        Smtp.Answers(step, reply);
        Refused();

        Assert.That(await Sending.HealthAsync(), Is.EqualTo(health));
    }

    [Test]
    public async Task Trouble_that_goes_on_is_logged_once_and_its_end_too()
    {
        Smtp.Drops(SmtpStep.Greeting, times: 3);
        Refused();
        Refused();
        Refused();
        await SendAsync();
        await SendAsync();

        Assert.That(
            Sending.Log.All.Where(line => line.Contains("mail", StringComparison.OrdinalIgnoreCase)),
            Is.EqualTo(new[] { "Error: No mail goes out: does not answer ", "Information: Mail goes out again " })
        );
    }
}

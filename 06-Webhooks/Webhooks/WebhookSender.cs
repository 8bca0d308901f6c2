using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;

/// <summary>Sends what is said here to a subscriber, until it has arrived there.</summary>
/// <param name="firstPause">After the first attempt. Each next pause is twice as long.</param>
class WebhookSender(
    MessageLog log,
    Signal signal,
    HttpClient http,
    WebhookHistory history,
    TimeSpan firstPause)
{
    const int MaxAttempts = 7;

    // Four of the longest messages are still below the 16 KB that a request may have: some
    // characters take six bytes in JSON.
    const int MaxMessages = 4;

    static readonly TimeSpan MaxPause = TimeSpan.FromHours(1);

    /// <summary>Delivers the messages, in order, until the subscription ends.</summary>
    /// <param name="onDelivered">Is called each time that something has arrived.</param>
    public async Task Run(
        Subscription subscription, Action<Subscription> onDelivered, CancellationToken ending)
    {
        while (subscription.State != SubscriptionState.Ended && !ending.IsCancellationRequested)
        {
            // Take the promise before reading the log, as SendNews() in Program.cs does.
            var somethingNew = signal.Next;
            var messages = log.After(subscription.Cursor, MaxMessages);
            if (messages.Count == 0)
            {
                await signal.Wait(somethingNew, Timeout.InfiniteTimeSpan, ending);
                continue;
            }

            // What came by webhook is not sent on: it would go round in circles.
            var lastId = messages.Last().Id;
            messages.RemoveAll(message => message.Origin != null);
            if (messages.Count > 0)
            {
                await Deliver(subscription, messages, ending);
                if (subscription.State == SubscriptionState.Active) // else 410 Gone
                {
                    onDelivered(subscription);
                }
            }
            subscription.Cursor = lastId;
        }
    }

    // Returns when the other server has answered 2xx, so that the cursor may move on, or 410.
    async Task Deliver(Subscription subscription, List<Message> messages, CancellationToken ending)
    {
        var newest = messages.Last();
        var id = $"msg_{subscription.Id}_{newest.Id}";
        // The form that Standard Webhooks recommends: type, timestamp and data.
        var content = new { type = "messages", newest.Timestamp, data = messages };
        var json = Json.Write(content);
        var body = Encoding.UTF8.GetBytes(json);

        for (var attempt = 1; ; attempt++)
        {
            // Before the attempt: a "resume" while it is under way counts as well.
            var resumed = subscription.Resumed.Next;
            var started = Stopwatch.GetTimestamp();
            var answer = await Post(subscription, id, body, ending);
            var ms = (long)Stopwatch.GetElapsedTime(started).TotalMilliseconds;
            subscription.Add(new Delivery(id, attempt, answer.Result, ms));
            var line = $"POST {subscription.Name} · attempt {attempt} · {answer.Result} · {ms} ms";

            if (answer.IsSuccess)
            {
                subscription.State = SubscriptionState.Active;
                history.Add($"{line} · active");
                return;
            }
            if (answer.IsGone)
            {
                subscription.State = SubscriptionState.Ended;
                history.Add($"{line} · ended");
                return;
            }

            if (attempt < MaxAttempts)
            {
                var pause = Pause(attempt, answer.RetryAfter);
                subscription.State = SubscriptionState.Retrying;
                subscription.NextAttempt = $"{DateTime.UtcNow + pause:O}";
                history.Add($"{line} · again in {pause.TotalSeconds:0.#} s");
                await subscription.Resumed.Wait(resumed, pause, ending);
                subscription.NextAttempt = null;
            }
            else
            {
                subscription.State = SubscriptionState.Paused;
                history.Add($"{line} · paused");
                await subscription.Resumed.Wait(resumed, Timeout.InfiniteTimeSpan, ending);
                attempt = 0; // the loop makes it 1
            }
            ending.ThrowIfCancellationRequested(); // Wait() does not throw
        }
    }

    // By default 1, 2, 4, 8, 16 and 32 s, each up to a quarter longer at random: or all subscribers
    // that were away would get everything in the same instant. Longer, if the other server says so.
    TimeSpan Pause(int attempt, TimeSpan? retryAfter)
    {
        var pause = firstPause * Math.Pow(2, attempt - 1);
        pause += pause * Random.Shared.NextDouble() / 4;
        if (retryAfter != null && retryAfter > pause)
        {
            pause = retryAfter.Value;
        }
        return pause < MaxPause ? pause : MaxPause;
    }

    async Task<Answer> Post(
        Subscription subscription, string id, byte[] body, CancellationToken ending)
    {
        // The id is the same at every attempt, the timestamp is that of this one.
        var timestamp = DateTimeOffset.UtcNow.ToUnixTimeSeconds().ToString();
        using var request = new HttpRequestMessage(HttpMethod.Post, subscription.Url);
        request.Headers.Add("webhook-id", id);
        request.Headers.Add("webhook-timestamp", timestamp);
        request.Headers.Add(
            "webhook-signature", StandardWebhooks.Sign(subscription.Secret, id, timestamp, body));
        request.Content = new ByteArrayContent(body);
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        try
        {
            // The status and the headers are enough: a body, however long, is not read.
            var headersOnly = HttpCompletionOption.ResponseHeadersRead;
            using var response = await http.SendAsync(request, headersOnly, ending);
            // The header Retry-After has seconds, or a date.
            var header = response.Headers.RetryAfter;
            var retryAfter = header?.Delta ?? (header?.Date - DateTimeOffset.UtcNow);
            var status = (int)response.StatusCode;
            return new Answer($"{status}", status, retryAfter);
        }
        catch (OperationCanceledException) when (!ending.IsCancellationRequested)
        {
            // The time limit of the HttpClient, and not our own end.
            return new Answer("no answer in time");
        }
        catch (HttpRequestException exception)
        {
            // Only the kind: everybody sees this, and the words could quote the other server.
            return new Answer($"{exception.HttpRequestError}");
        }
        catch (Exception exception) when (exception is IOException or SocketException)
        {
            // The connection broke. HttpClient does not make an HttpRequestException of each.
            return new Answer($"{HttpRequestError.ConnectionError}");
        }
    }
}

/// <summary>What came of an attempt. There is no status if no answer came.</summary>
record Answer(string Result, int? Status = null, TimeSpan? RetryAfter = null)
{
    public bool IsSuccess => Status >= 200 && Status <= 299;
    public bool IsGone => Status == 410;
}

using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;

/// <summary>Sends what is said here to a subscriber, until it has arrived there.</summary>
/// <param name="firstPause">After the first attempt. The next pauses are twice as long.</param>
class WebhookSender(
    MessageLog log,
    Signal signal,
    HttpClient http,
    WebhookPanel panel,
    TimeSpan firstPause)
{
    const int MaxAttempts = 7;

    // Four of the longest messages are still below the 16 KB that a request may have.
    const int MaxMessages = 4;

    static readonly TimeSpan MaxPause = TimeSpan.FromHours(1);

    /// <summary>Delivers message after message, in order, until the subscription ends.</summary>
    public async Task Run(Subscription to, CancellationToken ending)
    {
        while (to.State != SubscriptionState.Ended && !ending.IsCancellationRequested)
        {
            // First take the promise, then read the log, as Write() in Program.cs does.
            var somethingNew = signal.Next;
            var messages = log.After(to.Cursor, MaxMessages);
            if (messages.Count == 0)
            {
                await signal.Wait(somethingNew, Timeout.InfiniteTimeSpan, ending);
                continue;
            }

            // What came by webhook is not sent on: it would go round in circles.
            var lastId = messages[^1].Id;
            messages.RemoveAll(message => message.Origin != null);
            if (messages.Count > 0)
            {
                await Deliver(to, messages, ending);
            }
            to.Cursor = lastId;
        }
    }

    // Tries until the other server answers 2xx: only then does the caller move the cursor on.
    async Task Deliver(Subscription to, List<Message> messages, CancellationToken ending)
    {
        var id = $"msg_{to.Id}_{messages[^1].Id}";
        var timestamp = messages[^1].Timestamp;
        var json = Json.Write(new { type = "messages", timestamp, data = messages });
        var body = Encoding.UTF8.GetBytes(json);

        for (var attempt = 1; ; attempt++)
        {
            var resumed = to.Resumed.Next;
            var started = Stopwatch.GetTimestamp();
            var answer = await Post(to, id, body, ending);
            var ms = (long)Stopwatch.GetElapsedTime(started).TotalMilliseconds;
            to.Add(new Delivery(id, attempt, answer.Result, ms));
            var line = $"POST {to.Name} · attempt {attempt} · {answer.Result} · {ms} ms";

            if (answer.IsSuccess)
            {
                panel.Add($"{line} · active");
                to.State = SubscriptionState.Active;
                return;
            }
            if (answer.Status == HttpStatusCode.Gone)
            {
                panel.Add($"{line} · ended");
                to.State = SubscriptionState.Ended;
                return;
            }

            if (attempt < MaxAttempts)
            {
                var pause = Pause(attempt, answer.RetryAfter);
                panel.Add($"{line} · again in {pause.TotalSeconds:0.#} s");
                to.State = SubscriptionState.Retrying;
                to.NextAttempt = DateTime.UtcNow + pause;
                await to.Resumed.Wait(resumed, pause, ending);
                to.NextAttempt = null;
            }
            else
            {
                panel.Add($"{line} · paused");
                to.State = SubscriptionState.Paused;
                await to.Resumed.Wait(resumed, Timeout.InfiniteTimeSpan, ending);
                attempt = 0;
            }
            ending.ThrowIfCancellationRequested();
        }
    }

    // 1, 2, 4, 8, 16 and 32 s, each up to a quarter longer by chance: or all subscribers that
    // were away would get everything in the same instant. Longer, if the other server says so.
    TimeSpan Pause(int attempt, TimeSpan? retryAfter)
    {
        var pause = firstPause * Math.Pow(2, attempt - 1);
        pause += pause * Random.Shared.NextDouble() / 4;
        if (retryAfter > pause)
        {
            pause = retryAfter.Value;
        }
        return pause < MaxPause ? pause : MaxPause;
    }

    async Task<Answer> Post(Subscription to, string id, byte[] body, CancellationToken ending)
    {
        // The id is the same at every attempt, the timestamp is that of this one.
        var timestamp = DateTimeOffset.UtcNow.ToUnixTimeSeconds().ToString();
        using var request = new HttpRequestMessage(HttpMethod.Post, to.Url);
        request.Headers.Add("webhook-id", id);
        request.Headers.Add("webhook-timestamp", timestamp);
        request.Headers.Add(
            "webhook-signature", StandardWebhooks.Sign(to.Secret, id, timestamp, body));
        request.Content = new ByteArrayContent(body);
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        try
        {
            var headersOnly = HttpCompletionOption.ResponseHeadersRead;
            using var response = await http.SendAsync(request, headersOnly, ending);
            var after = response.Headers.RetryAfter;
            var retryAfter = after?.Delta ?? after?.Date - DateTimeOffset.UtcNow;
            return new Answer($"{(int)response.StatusCode}", response.StatusCode, retryAfter);
        }
        catch (OperationCanceledException) when (!ending.IsCancellationRequested)
        {
            return new Answer("no answer in time");
        }
        catch (HttpRequestException exception)
        {
            // Only the kind: the words could quote the other server.
            return new Answer($"{exception.HttpRequestError}");
        }
        catch (Exception exception) when (exception is IOException or SocketException)
        {
            return new Answer($"{HttpRequestError.ConnectionError}");
        }
    }
}

/// <summary>What came of an attempt. There is no status if no answer came.</summary>
record Answer(string Result, HttpStatusCode? Status = null, TimeSpan? RetryAfter = null)
{
    public bool IsSuccess => Status >= HttpStatusCode.OK && Status < HttpStatusCode.Ambiguous;
}

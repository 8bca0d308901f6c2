using System.ComponentModel.DataAnnotations;
using System.Net.Sockets;
using System.Text.Json;

/// <summary>Subscribes this server to others, and takes their webhooks.</summary>
class WebhookReceiver(
    MessageLog log,
    Signal signal,
    AddressGuard guard,
    HttpClient http,
    Subscriptions subscriptions,
    WebhookHistory history,
    CancellationToken stopping)
{
    const int MaxSources = 40; // 20 servers, with two secrets each
    const int ToleranceSeconds = 5 * 60;

    readonly Lock gate = new();
    readonly List<Source> sources = [];
    readonly HashSet<Uri> subscribing = []; // servers whose answer we wait for

    /// <summary>Subscribes this server to another one.</summary>
    public async Task<IResult> SubscribeTo(string url, HttpRequest request)
    {
        var server = guard.Check(url);
        if (server == null)
        {
            return Problem(400, AddressGuard.Refusal);
        }

        // One at a time to each server. If two answers overtook each other, the older secret would
        // be taken for the newest one, which Add(), below, keeps longest.
        lock (gate)
        {
            if (!subscribing.Add(server))
            {
                return Problem(409, "This server is already subscribing there.");
            }
        }

        // The wait for the other server also ends when the page leaves, or this server stops.
        var clientLeft = request.HttpContext.RequestAborted;
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(clientLeft, stopping);
        try
        {
            // Our own URL is the one by which the page has reached us.
            var ownUrl = $"{request.Scheme}://{request.Host}";
            var created = await Subscribe(server, ownUrl, ending.Token);
            if (created?.Id == null || !StandardWebhooks.IsSecret(created.Secret))
            {
                return Problem(502, "No such chat answers there.");
            }

            // Is it one of our own subscriptions? Then we have called ourselves. The id alone does
            // not prove it: another server could answer with an id of ours.
            if (subscriptions.Find(created.Id)?.Secret == created.Secret)
            {
                subscriptions.Delete(created.Id);
                return Problem(400, "That is this server itself.");
            }
            Add(new Source(server.Authority, created.Secret));
        }
        finally
        {
            lock (gate)
            {
                subscribing.Remove(server);
            }
        }
        history.Add($"Subscribed to {server.Authority}");
        return TypedResults.Created(server); // the server that we get messages from
    }

    /// <summary>Takes a webhook, if everything about it is right.</summary>
    public async Task<IResult> Receive(HttpRequest request)
    {
        // The signature is of the bytes as they came: JSON that is read and written again could
        // differ in a blank.
        using var stream = new MemoryStream();
        try
        {
            await request.Body.CopyToAsync(stream, request.HttpContext.RequestAborted);
        }
        catch (BadHttpRequestException exception)
        {
            // Too long, for example.
            return Problem(exception.StatusCode, exception.Message);
        }
        catch (IOException)
        {
            return Problem(400, "The body has not come to its end.");
        }
        var body = stream.ToArray();

        // 1. Who has sent it? No header says so: it is the one whose secret fits.
        var id = request.Headers["webhook-id"].ToString();
        var timestamp = request.Headers["webhook-timestamp"].ToString();
        var signatures = request.Headers["webhook-signature"].ToString();
        var source = Signer(id, timestamp, body, signatures);
        if (source == null)
        {
            return Problem(401, "No server that this one has subscribed to has signed this.");
        }

        // It will be remembered, so its length is limited.
        if (id.Length > Source.MaxIdLength)
        {
            return Problem(400, "The webhook-id is too long.");
        }

        // 2. When? Whoever has recorded a webhook could send it again, much later.
        if (!IsRecent(timestamp))
        {
            return Problem(400, "The timestamp is more than 5 minutes off.");
        }

        // 3. What?
        var messages = Read(body);
        if (messages == null)
        {
            return Problem(400, "The type must be \"messages\", and the data valid messages.");
        }

        // 4. Is it new? If not, our answer was lost: give it once more.
        if (source.Remember(id))
        {
            foreach (var message in messages)
            {
                log.Add(message.ToMessage(source.Name), out _);
            }
            signal.Set();
            history.Add($"Received {messages.Count} from {source.Name}");
        }
        return TypedResults.NoContent();
    }

    Source? Signer(string id, string timestamp, byte[] body, string signatures)
    {
        lock (gate)
        {
            return sources.Find(source =>
                StandardWebhooks.Verify(source.Secret, id, timestamp, body, signatures));
        }
    }

    static bool IsRecent(string timestamp)
    {
        if (!long.TryParse(timestamp, out var seconds))
        {
            return false;
        }
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        return seconds >= now - ToleranceSeconds && seconds <= now + ToleranceSeconds;
    }

    // The messages in the body, or null if it is not what it should be.
    static List<ReceivedMessage>? Read(byte[] body)
    {
        Webhook? webhook;
        try
        {
            webhook = Json.Read<Webhook>(body);
        }
        catch (JsonException)
        {
            return null;
        }
        if (webhook?.Type != "messages" || webhook.Data == null)
        {
            return null;
        }

        var messages = new List<ReceivedMessage>();
        foreach (var message in webhook.Data)
        {
            if (message == null || !IsValid(message))
            {
                return null;
            }
            messages.Add(message);
        }
        return messages;
    }

    // The framework checks only what it has read itself.
    static bool IsValid(ReceivedMessage message)
    {
        var context = new ValidationContext(message);
        return Validator.TryValidateObject(
            message, context, validationResults: null, validateAllProperties: true);
    }

    // Asks the other server to send its webhooks here. Null if no such chat answers.
    async Task<CreatedSubscription?> Subscribe(
        Uri server, string ownUrl, CancellationToken ending)
    {
        try
        {
            var body = new OtherServer { Url = ownUrl }; // for the one there, we are the other one
            var url = new Uri(server, "/webhooks");
            using var response = await http.PostAsJsonAsync(url, body, ending);
            response.EnsureSuccessStatusCode();
            var answer = await response.Content.ReadAsByteArrayAsync(ending);
            return Json.Read<CreatedSubscription>(answer);
        }
        catch (Exception exception) when (exception
            is HttpRequestException or OperationCanceledException or JsonException
            or IOException or SocketException)
        {
            return null;
        }
    }

    void Add(Source source)
    {
        lock (gate)
        {
            // Keeps two secrets of a server, the new one and the one before: a webhook that is
            // signed with that one may be under way.
            var before = sources.FindAll(other => other.Name == source.Name);
            if (before.Count == 2)
            {
                sources.Remove(before[0]);
            }
            if (sources.Count == MaxSources)
            {
                sources.RemoveAt(0);
            }
            sources.Add(source);
        }
    }

    static IResult Problem(int status, string detail)
    {
        return TypedResults.Problem(detail, statusCode: status);
    }
}

/// <summary>What a server answers to its new subscriber.</summary>
// No record: its ToString() would tell the secret.
class CreatedSubscription
{
    public string? Id { get; init; }
    public string? Secret { get; init; }
}

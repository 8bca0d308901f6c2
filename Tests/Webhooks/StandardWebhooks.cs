using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace Tests;

/// <summary>Standard Webhooks 1.0.0, written for the tests alone: the step's own code has no part in it.</summary>
static class StandardWebhooks
{
    /// <summary>A new secret as a server gives it: "whsec_" and 24 random bytes.</summary>
    public static string NewSecret() => "whsec_" + Convert.ToBase64String(RandomNumberGenerator.GetBytes(24));

    /// <summary>"v1," and the HMAC-SHA256 of "id.timestamp.body" by the secret.</summary>
    public static string Sign(string secret, string id, string timestamp, ReadOnlySpan<byte> body)
    {
        Assert.StartsWith("whsec_", secret, StringComparison.Ordinal);
        var key = Convert.FromBase64String(secret["whsec_".Length..]);
        byte[] content = [.. Encoding.UTF8.GetBytes($"{id}.{timestamp}."), .. body];
        return "v1," + Convert.ToBase64String(HMACSHA256.HashData(key, content));
    }
}

/// <summary>A delivery to a chat's /webhook. A copy made by "with" keeps the signature of the original.</summary>
/// <param name="Id">The webhook-id; null leaves the header out, as it does for the next two.</param>
/// <param name="Timestamp">The webhook-timestamp.</param>
/// <param name="Signature">The webhook-signature.</param>
/// <param name="Body">The body, byte by byte.</param>
sealed record WebhookDelivery(string? Id, string? Timestamp, string? Signature, byte[] Body)
{
    /// <summary>A delivery that is signed as it should be.</summary>
    /// <param name="id">Null: one that was never used.</param>
    /// <param name="age">How many seconds ago it was signed; negative is in the future.</param>
    /// <param name="timestamp">In place of the age.</param>
    public static WebhookDelivery Signed(
        string secret, string body, string? id = null, int age = 0, string? timestamp = null) =>
        Signed(secret, Encoding.UTF8.GetBytes(body), id, age, timestamp);

    /// <inheritdoc cref="Signed(string, string, string?, int, string?)"/>
    public static WebhookDelivery Signed(
        string secret, byte[] body, string? id = null, int age = 0, string? timestamp = null)
    {
        id ??= $"msg_{Guid.NewGuid():N}";
        timestamp ??= $"{DateTimeOffset.UtcNow.ToUnixTimeSeconds() - age}";
        return new(id, timestamp, StandardWebhooks.Sign(secret, id, timestamp, body), body);
    }

    /// <summary>Delivers it to a chat, and returns the status of the answer.</summary>
    /// <param name="chunked">Without a Content-Length.</param>
    public async Task<HttpStatusCode> PostAsync(HttpClient http, bool chunked = false)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/webhook")
        {
            Content = new ByteArrayContent(Body),
        };
        request.Content.Headers.ContentType = new("application/json");
        request.Headers.TransferEncodingChunked = chunked;
        (string Name, string? Value)[] headers =
            [("webhook-id", Id), ("webhook-timestamp", Timestamp), ("webhook-signature", Signature)];
        foreach (var (name, value) in headers)
        {
            if (value is not null)
            {
                Assert.True(request.Headers.TryAddWithoutValidation(name, value));
            }
        }
        using var answer = await http.SendAsync(request);
        return answer.StatusCode;
    }
}

using System.Security.Cryptography;
using System.Text;

namespace Tests;

/// <summary>
/// A delivery to a chat's /webhook by Standard Webhooks 1.0.0, written for the tests alone: the step's own code has no
/// part in it. A copy made by "with" keeps the signature of the original. A header that is null is left out.
/// </summary>
sealed record WebhookDelivery(string? Id, string? Timestamp, string? Signature, byte[] Body)
{
    /// <summary>"whsec_" and 24 random bytes.</summary>
    public static string NewSecret() => "whsec_" + Convert.ToBase64String(RandomNumberGenerator.GetBytes(24));

    /// <summary>"v1," and the HMAC-SHA256 of "id.timestamp.body" by the secret.</summary>
    public static string Sign(string secret, string id, string timestamp, byte[] body)
    {
        var key = Convert.FromBase64String(secret["whsec_".Length..]);
        byte[] signed = [.. Encoding.UTF8.GetBytes($"{id}.{timestamp}."), .. body];
        return "v1," + Convert.ToBase64String(HMACSHA256.HashData(key, signed));
    }

    /// <summary>One that is signed as it should be: now, and with a new id, if nothing else is said.</summary>
    public static WebhookDelivery Signed(string secret, string body, string? id = null, string? timestamp = null)
    {
        id ??= $"msg_{Guid.NewGuid():N}";
        timestamp ??= $"{DateTimeOffset.UtcNow.ToUnixTimeSeconds()}";
        var bytes = Encoding.UTF8.GetBytes(body);
        return new(id, timestamp, Sign(secret, id, timestamp, bytes), bytes);
    }

    /// <summary>Delivers it to a chat, and returns the status of the answer.</summary>
    public async Task<int> PostAsync(Chat chat)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/webhook");
        request.Content = new ByteArrayContent(Body);
        (string, string?)[] headers =
            [("webhook-id", Id), ("webhook-timestamp", Timestamp), ("webhook-signature", Signature)];
        foreach (var (name, value) in headers.Where(header => header.Item2 is not null))
        {
            Assert.True(request.Headers.TryAddWithoutValidation(name, value));
        }
        using var answer = await chat.Http.SendAsync(request, Until.Token);
        return (int)answer.StatusCode;
    }
}

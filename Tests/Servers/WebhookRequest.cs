using System.Text;
using System.Text.Json;
using Classroom;

namespace Tests;

/// <summary>A delivery as it came.</summary>
sealed record WebhookRequest(string Path, IReadOnlyDictionary<string, string> Headers, byte[] Body, DateTimeOffset At)
{
    public string Id => Headers["webhook-id"];

    public string Timestamp => Headers["webhook-timestamp"];

    public JsonElement Json => JsonSerializer.Deserialize<JsonElement>(Body);

    public IReadOnlyList<ChatMessage> Messages =>
        Json.GetProperty("data").Deserialize<ChatMessage[]>(JsonSerializerOptions.Web)!;

    public bool SignedBy(string secret) =>
        Headers["webhook-signature"] == StandardWebhooks.Sign(secret, Id, Timestamp, Body);

    public override string ToString() =>
        $"{Path} {Headers.GetValueOrDefault("webhook-id")} {Encoding.UTF8.GetString(Body)}";
}

using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

/// <summary>The signature of a webhook, as in the specification Standard Webhooks 1.0.0.</summary>
static class StandardWebhooks
{
    const string Prefix = "whsec_";

    /// <summary>A secret that the two servers share: "whsec_" and 32 random bytes.</summary>
    public static string NewSecret()
    {
        return Prefix + Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
    }

    // NotNullWhen tells the compiler: if this is true, the text is not null.
    /// <summary>Whether the text is such a secret, of 24 to 64 bytes.</summary>
    public static bool IsSecret([NotNullWhen(true)] string? text)
    {
        if (text == null || !text.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return false;
        }
        var key = new byte[text.Length]; // long enough: four characters make three bytes
        var isBase64 = Convert.TryFromBase64String(text[Prefix.Length..], key, out var length);
        return isBase64 && length >= 24 && length <= 64;
    }

    /// <summary>The header webhook-signature. To make it, one must know the secret.</summary>
    /// <param name="secret">A secret, see <see cref="IsSecret"/>.</param>
    /// <param name="id">The header webhook-id: the same at every attempt.</param>
    /// <param name="timestamp">The header webhook-timestamp: the attempt's Unix seconds.</param>
    /// <param name="body">The bytes as they are sent, or as they have come.</param>
    public static string Sign(string secret, string id, string timestamp, byte[] body)
    {
        var key = Convert.FromBase64String(secret[Prefix.Length..]);
        var head = Encoding.UTF8.GetBytes($"{id}.{timestamp}.");
        byte[] signed = [.. head, .. body];
        // v1 means: by HMAC-SHA256, a hash of the secret and the bytes together.
        return "v1," + Convert.ToBase64String(HMACSHA256.HashData(key, signed));
    }

    /// <summary>Whether one of the signatures in the header is the right one.</summary>
    /// <param name="signatures">
    /// Separated by blanks: a sender may sign with its old and its new secret. Ours sends one.
    /// </param>
    public static bool Verify(
        string secret, string id, string timestamp, byte[] body, string signatures)
    {
        var right = Encoding.UTF8.GetBytes(Sign(secret, id, timestamp, body));
        foreach (var signature in signatures.Split(' '))
        {
            // Takes the same time wherever the first difference is: so nobody can guess by time.
            if (CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(signature), right))
            {
                return true;
            }
        }
        return false;
    }
}

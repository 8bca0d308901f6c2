namespace Tests;

/// <summary>The request that asks for a WebSocket, as HTTP/1.1 has it.</summary>
static class Handshake
{
    /// <summary>Sends it, and returns the answer: 101 if all is well.</summary>
    public static async Task<HttpResponseMessage> SendAsync(
        HttpClient http, Uri address, string? origin, string? host = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address)
        {
            Headers =
            {
                { "Connection", "Upgrade" },
                { "Upgrade", "websocket" },
                { "Sec-WebSocket-Version", "13" },
                { "Sec-WebSocket-Key", Convert.ToBase64String(new byte[16]) },
                { "Origin", origin is null ? [] : [origin] },
            },
        };
        request.Headers.Host = host;
        return await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }
}

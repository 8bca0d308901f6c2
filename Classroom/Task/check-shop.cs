#:property PublishAot=false

// Checks task B of Classroom/README.md: sends webhooks to the shop on port 4444, and tells what
// each one got. Ends with 0 if all is right. The secret is the one that the shop was started with:
//   dotnet run Classroom/Task/check-shop.cs whsec_…
using System.Security.Cryptography;
using System.Text;

if (args.Length != 1 || !args[0].StartsWith("whsec_"))
{
    Console.Error.WriteLine("Which secret does the shop have? Begin with whsec_");
    return 2;
}
var key = Convert.FromBase64String(args[0]["whsec_".Length..]);
var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
var first = NewId();
var second = NewId();

// Blanks and letters that are lost if JSON is read and written again: the raw bytes are signed.
const string One = """{ "type":"messages",  "data":[{"id":1,"user":"Alice","text":"Книга" }] }""";
const string Two = """
    {"type":"messages","data":[{"id":2,"user":"Alice","text":"a"},{"id":3,"user":"Bob","text":"b"}]}
    """;

// The shop takes the work and answers: if it does the work first, no answer comes in time.
using var handler = new SocketsHttpHandler { UseProxy = false };
using var http = new HttpClient(handler) { Timeout = TimeSpan.FromSeconds(5) };
http.BaseAddress = new Uri("http://localhost:4444");
var allRight = true;
try
{
    await Send("genuine", first, now, One, Sign(first, now, One), "204", payments: 1);
    await Send("repeated", first, now + 1, One, Sign(first, now + 1, One), "204", payments: 0);
    await Send("another one, two messages", second, now, Two, Sign(second, now, Two), "204", payments: 2);
    var id = NewId();
    await Send("forged: another secret", id, now, One, Sign(id, now, One, new byte[32]), "401", payments: 0);
    await Send("forged: no signature", NewId(), now, One, "", "401", payments: 0);
    await Send("changed: a blank more", id, now, One + " ", Sign(id, now, One), "401", payments: 0);
    await Send("forged, with a known id", first, now, One, "v1,AAAA", "401", payments: 0);
    await Send("old: 10 minutes", id, now - 600, One, Sign(id, now - 600, One), "400", payments: 0);
    await Send("10 minutes ahead", id, now + 600, One, Sign(id, now + 600, One), "400", payments: 0);
}
catch (Exception exception) when (exception is HttpRequestException or FormatException)
{
    Console.WriteLine($"No shop answers at {http.BaseAddress} as it should: {exception.Message}");
    allRight = false;
}
Console.WriteLine(allRight ? "All is right." : "Not yet.");
return allRight ? 0 : 1;

string NewId() => $"msg_{Guid.NewGuid():N}";

string Sign(string id, long time, string body, byte[]? otherKey = null)
{
    var signed = Encoding.UTF8.GetBytes($"{id}.{time}.{body}");
    return "v1," + Convert.ToBase64String(HMACSHA256.HashData(otherKey ?? key, signed));
}

async Task Send(
    string what, string id, long time, string body, string signature, string status, int payments)
{
    using var request = new HttpRequestMessage(HttpMethod.Post, "/webhook");
    request.Content = new StringContent(body, Encoding.UTF8, "application/json");
    request.Headers.Add("webhook-id", id);
    request.Headers.Add("webhook-timestamp", time.ToString());
    request.Headers.Add("webhook-signature", signature);

    var before = int.Parse(await http.GetStringAsync("/payments"));
    var got = "no answer in 5 s";
    try
    {
        using var answer = await http.SendAsync(request);
        got = ((int)answer.StatusCode).ToString();
    }
    catch (TaskCanceledException)
    {
    }
    var counted = int.Parse(await http.GetStringAsync("/payments")) - before;

    var isRight = got == status && counted == payments;
    allRight &= isRight;
    var wanted = isRight ? "right" : $"WRONG: {status} and {payments} expected";
    Console.WriteLine($"{what,-26} {got}, payments counted: {counted} - {wanted}");
}

#:property PublishAot=false

// Checks part 3 of task A in Classroom/README.md, in a step that runs on port 3000. Clients with
// ?room=a, with ?room=b and with none follow it. Each has to get what was written in its own room,
// and nothing else. Ends with 0 if it is so. For step 4: dotnet run Classroom/Task/check-room.cs 4
using System.Net.Http.Json;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

if (args.Length == 0 || !int.TryParse(args[0], out var step) || step is < 1 or > 6)
{
    Console.Error.WriteLine("Which step runs? 1 to 6. Its address may follow, as http://localhost:3005");
    return 2;
}
var server = new Uri(args.ElementAtOrDefault(1) ?? "http://localhost:3000");
using var handler = new SocketsHttpHandler { UseProxy = false };
using var http = new HttpClient(handler) { BaseAddress = server };
var a = new Client("a");
var b = new Client("b");
var none = new Client(null);
Client[] clients = [a, b, none];
try
{
    var first = Follow(b);
    await Task.WhenAny(first, Task.Delay(2000)).Unwrap(); // until it is connected, or fails
    await Write(b, 60); // more than a batch of 04 to 06 holds: the others have to pass them
    Task[] following = [first, Follow(a), Follow(none)];
    await Task.Delay(2000);
    await Write(a, 1);
    await Write(none, 1);
    await Write(b, 1);
    for (var i = 0; i < 20 && clients.Any(client => client.Missing > 0); i++)
    {
        await Task.Delay(500);
    }
    await Task.Delay(2000); // for what should not come
    await Task.WhenAll(following.Where(task => task.IsFaulted));
}
catch (Exception exception) when (exception is HttpRequestException or WebSocketException or InvalidOperationException)
{
    Console.WriteLine($"The step at {server} does not answer as it should: {exception.Message}");
    return 1;
}
foreach (var client in clients)
{
    var foreign = clients.Where(other => other != client).Sum(other => other.Written.Count(client.Has));
    // From 03 on, a page does not expect a list without messages.
    var isEmpty = step > 2 && client.Got.Contains("[]");
    client.IsRight = client.Missing == 0 && foreign == 0 && !isEmpty;
    Console.WriteLine($"room {client.Room ?? "(none)"}: {client.Missing} missing, {foreign} of other rooms"
        + $"{(isEmpty ? ", an empty list" : "")} - {(client.IsRight ? "right" : "WRONG")}");
}
return clients.All(client => client.IsRight) ? 0 : 1;

async Task Write(Client client, int count)
{
    for (var i = 0; i < count; i++)
    {
        var text = Guid.NewGuid().ToString();
        client.Written.Add(text);
        var message = new { type = "message", user = "Check", text, key = text, room = client.Room };
        if (step == 4)
        {
            var bytes = JsonSerializer.SerializeToUtf8Bytes(message);
            await client.Socket.SendAsync(bytes, WebSocketMessageType.Text, true, default);
            continue;
        }
        using var answer = await http.PostAsJsonAsync($"/messages?user=Check{client.Query}", message);
        answer.EnsureSuccessStatusCode();
    }
}

async Task Follow(Client client)
{
    var buffer = new byte[64 * 1024];
    if (step == 4)
    {
        var url = new Uri($"ws://{server.Authority}/ws?user=Check{client.Query}");
        await client.Socket.ConnectAsync(url, default);
        while (true)
        {
            var piece = await client.Socket.ReceiveAsync(buffer, default);
            client.Got += Encoding.UTF8.GetString(buffer, 0, piece.Count);
        }
    }
    while (true)
    {
        var path = step < 4 ? "/messages" : "/events";
        var cursor = Regex.Matches(client.Got, "\"id\":(\\d+)").LastOrDefault()?.Groups[1].Value ?? "0";
        using var answer = await http.GetStreamAsync($"{path}?user=Check&after={cursor}{client.Query}");
        var length = 1;
        while (length > 0)
        {
            length = await answer.ReadAsync(buffer);
            client.Got += Encoding.UTF8.GetString(buffer, 0, length);
        }
        await Task.Delay(step < 3 ? 500 : 0); // from 03 on, the server waits
    }
}

class Client(string? room)
{
    public readonly ClientWebSocket Socket = new();
    public readonly List<string> Written = [];
    public string Got = ""; // as it came
    public bool IsRight;

    public string? Room => room;
    public string Query => room == null ? "" : $"&room={room}";
    public int Missing => Written.Count(text => !Has(text));

    public bool Has(string text) => Got.Contains(text);
}

namespace Classroom;

/// <summary>What the class sees of a fault on the pages of a step.</summary>
static class Sight
{
    public static string OfCut(Technique technique) => technique.Reading switch
    {
        Reading.Reload => "The pages show nothing of it: a reload makes a new connection.",
        Reading.ShortPoll => "The pages show nothing of it, unless a request was on its way: "
            + "the next one makes a new connection.",
        // A browser repeats a GET by itself if its connection has served another request before.
        Reading.LongPoll => "The waiting requests fail: the browser asks again by itself, or the page says "
            + "Reconnecting and asks after 1 s. Nothing is missed.",
        _ => "Each page says Reconnecting, is connected again after 1 s, and has missed nothing.",
    };

    public static string OfRefusal(Technique technique) => technique.Reading switch
    {
        Reading.Reload => "A page that is opened now does not load; "
            + "an open one may still reload over its old connection, until that is cut as well.",
        _ => "A page that is opened now does not load; an open one goes on over its old connection. "
            + "If that is cut as well, it says Reconnecting, and is back within 4 s of the end.",
    };

    public static string OfDelay(Technique technique) => technique.Reading switch
    {
        Reading.Reload => "A reload takes at least 2 s more, there and back.",
        Reading.ShortPoll => "The answers come 2 s later, there and back: so do messages.",
        Reading.LongPoll => "A message comes 1 s later, and one that follows closely up to 3 s later: "
            + "the next request is still on its way.",
        _ => "Messages come 1 s later, also when many follow closely; one's own come back after 2 s.",
    };

    public static string OfFreeze(Technique technique) => technique.Reading switch
    {
        Reading.Reload => "A reload just waits.",
        Reading.ShortPoll => "The pages wait for an answer and show no error; then they go on.",
        _ => "The pages see no error and no message; then all that was sent meanwhile comes at once.",
    };

    public static string OfKill(Technique technique) => technique.Reading switch
    {
        Reading.Reload => "A reload finds no server. What is written now is sent again until it is back.",
        _ => "The pages say Reconnecting. What is written now is sent again until the server is back.",
    };

    public static string OfRestart(Technique technique) => technique.Reading switch
    {
        Reading.Reload => "A reload shows no old message.",
        _ => "The pages keep what they show, say Reconnecting, and within 5 s receive what is new, without a reload.",
    };
}

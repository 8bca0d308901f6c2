using Classroom;

namespace Tests;

static class StudentSending
{
    /// <summary>
    /// Sends as soon as there is a connection: one who comes back after a restart cannot send at once. A failure after
    /// which the message may have been stored is not tried again.
    /// </summary>
    /// <returns>The message's id.</returns>
    public static async Task<long> SendWhenConnectedAsync(this Student student, string text)
    {
        var id = 0L;
        await Wait.UntilAsync(
            async () =>
            {
                try
                {
                    id = await student.SendAsync(text).WaitAsync(Wait.Patience);
                    return true;
                }
                catch (IOException failure) when (failure.Message == "There is no connection.")
                {
                    return false;
                }
                catch (HttpRequestException failure) when (failure.HttpRequestError == HttpRequestError.ConnectionError)
                {
                    return false;
                }
            },
            $"a connection of {student.Name}");
        return id;
    }
}

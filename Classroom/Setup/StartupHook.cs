/// <summary>
/// Runs inside of a server whose memory is measured, because the environment variable DOTNET_STARTUP_HOOKS names this
/// program. It answers each line of input with the number of bytes that are in use after a garbage collection.
/// </summary>
/// <remarks>The runtime wants this name, this method, and no namespace.</remarks>
static class StartupHook
{
    public const string Answer = "Bytes in use: ";

    public static void Initialize() => new Thread(AnswerAll) { IsBackground = true }.Start();

    static void AnswerAll()
    {
        while (Console.ReadLine() is not null)
        {
            // Twice: what a finalizer lets go of is garbage of the second time.
            GC.Collect();
            GC.WaitForPendingFinalizers();
            GC.Collect();
            Console.WriteLine(Answer + GC.GetTotalMemory(forceFullCollection: false));
        }
    }
}

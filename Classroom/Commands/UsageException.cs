namespace Classroom;

/// <summary>What is wrong with the command line; the message is the one line that the user is shown.</summary>
public sealed class UsageException(string message) : Exception(message);

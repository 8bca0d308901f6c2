namespace Tests;

/// <summary>What is wrong with a step that a <see cref="StandInServer"/> stands before.</summary>
enum StandInFault
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>All that the step sends comes 20 ms later.</summary>
    Slow,

    /// <summary>Each answer to the question for messages is 2,000 bytes longer.</summary>
    Chatty,

    /// <summary>With each question for messages, the step has to answer twenty others.</summary>
    Greedy,

    /// <summary>One message in a hundred is lost.</summary>
    Lossy,
}

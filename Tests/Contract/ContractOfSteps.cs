extern alias HttpRefresh;
extern alias LongPolling;
extern alias ShortPolling;
extern alias Sse;
extern alias Webhooks;
extern alias WebSockets;

namespace Tests;

// Each step, by its way of reading and sending, and with what its server holds.

[Trait("Step", "1")]
public sealed class ContractOf01(
    StepServer<HttpRefresh::Program> server) : ContractOfPolling<HttpRefresh::Program>(server, ["messages"]);

[Trait("Step", "2")]
public sealed class ContractOf02(
    StepServer<ShortPolling::Program> server) : ContractOfPolling<ShortPolling::Program>(server, ["messages"]);

[Trait("Step", "3")]
public sealed class ContractOf03(
    StepServer<LongPolling::Program> server) : ContractOfPolling<LongPolling::Program>(
    server, ["messages", "connections"]);

[Trait("Step", "4")]
public sealed class ContractOf04(
    StepServer<WebSockets::Program> server) : ContractOfSocket<WebSockets::Program>(
    server, ["messages", "connections", "users"]);

[Trait("Step", "5")]
public sealed class ContractOf05(StepServer<Sse::Program> server) : ContractOfStream<Sse::Program>(
    server, ["messages", "connections", "users"]);

[Trait("Step", "6")]
public sealed class ContractOf06(StepServer<Webhooks::Program> server) : ContractOfStream<Webhooks::Program>(
    server, ["messages", "connections", "users", "subscriptions"]);

// The programs as their users see them: their text, their streams and their exit statuses.
#include "program.hpp"

#include <gmock/gmock.h>
#include <sys/wait.h>

#include <algorithm>
#include <csignal>

namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

/// `ekiden local` on a free port.
class LocalServer : public Background {
 public:
  explicit LocalServer(const std::string& more = "", const std::string& environment = "")
      : Background("local --listen 127.0.0.1:0 " + more, "2>/dev/null", environment), first_line_(line()) {}
  const std::string& first_line() const { return first_line_; }
  std::string url() const { return first_line_.substr(first_line_.rfind(' ') + 1); }

 private:
  std::string first_line_;
};

// Goal: any wrong usage ends with status 2 and one line on standard error.
TEST(ProgramTest, RefusesWrongUsageInOneLine) {
  for (const char* arguments :
       {"", " bnch", " bench --tasks 0", " bench --data d --memory", " local --faults thrttle=1",
        " local --latency mars", " send", " send --local --queue q --news 0", " up --worker", " local --listen 4566",
        " local --table-key a", " local --allow-origin localhost:5173", " local --allow-host box:4566",
        " up --allow-origin http://a/b"}) {
    const Result result = run(kProgram + arguments);
    EXPECT_EQ(result.status, 2) << arguments;
    EXPECT_EQ(result.out, "") << arguments;
    EXPECT_THAT(result.err, StartsWith("ekiden: ")) << arguments;
    EXPECT_EQ(std::count(result.err.begin(), result.err.end(), '\n'), 1) << result.err;
  }
}

// Goal: a script finds the port in the first line of standard output, and SIGTERM ends the server with status 0.
TEST(ProgramTest, LocalSaysWhereItListensFirst) {
  LocalServer server;
  EXPECT_THAT(server.first_line(), testing::MatchesRegex("listening on http://127\\.0\\.0\\.1:[0-9]+"));
  EXPECT_EQ(server.stop(), 0);
}

// Goal: local creates the queue and the table that its flags name before it prints where it listens, and reports them.
// It does not create what a worker's variables name.
TEST(ProgramTest, LocalCreatesWhatItsFlagsName) {
  const auto send = [](const LocalServer& server, const std::string& queue) {
    return run(kProgram + " send --queue " + queue + " --news 1 --endpoint " + server.url()).err;
  };
  const LocalServer server("--queue orders --table orders --table-key order_id --verify-signatures",
                           "EKIDEN_QUEUE=https://sqs.example.org/1/other");
  EXPECT_THAT(send(server, "orders"), HasSubstr("sent"));
  EXPECT_THAT(send(server, "orders-dead"), HasSubstr("sent"));
  const LocalServer empty("", "EKIDEN_QUEUE=orders EKIDEN_TABLE=orders");
  EXPECT_THAT(send(empty, "orders"), HasSubstr("QueueDoesNotExist"));

  Background open("local --listen 0.0.0.0:0 --table orders --table-key order_id");
  EXPECT_THAT(open.line(), HasSubstr("state in memory"));
  EXPECT_THAT(open.line(), EndsWith(": table orders: created"));
  EXPECT_THAT(open.line(),
              HasSubstr("warning: the server listens on all addresses, so everyone on the network can read, change and "
                        "delete the data; to prevent this, use --listen 127.0.0.1:0"));
  EXPECT_EQ(open.stop(), 0);
}

// Goal: --allow-origin and --allow-host, as flags or variables, reach the server; without them it refuses what they
// name.
TEST(ProgramTest, LocalAllowsTheNamedPagesAndHosts) {
  const auto ask = [](const LocalServer& server, const std::string& headers) {
    return run("curl --silent --output /dev/null --write-out %{http_code} " + headers + " " + server.url()).out;
  };
  const std::string page = R"(-H "Origin: http://localhost:5173" -H "Sec-Fetch-Site: same-site")";
  const std::string host = R"(-H "Host: my-laptop:1")";
  const LocalServer closed;
  EXPECT_EQ(ask(closed, ""), "200");
  EXPECT_EQ(ask(closed, page), "403");
  EXPECT_EQ(ask(closed, host), "403");
  const LocalServer open("--allow-origin http://a.example --allow-origin http://localhost:5173",
                         "EKIDEN_ALLOW_HOST=other,my-laptop");
  EXPECT_EQ(ask(open, page), "200");
  EXPECT_EQ(ask(open, host), "200");
}

// Goal: up itself and its workers reach a server that listens on all addresses through loopback.
TEST(ProgramTest, UpServesAllAddresses) {
  Background up("up --listen 0.0.0.0:0 --ops 127.0.0.1:0");
  EXPECT_THAT(up.line(), HasSubstr("local SQS + DynamoDB   http://127.0.0.1:"));
  EXPECT_THAT(up.line(), HasSubstr("warning: the server listens on all addresses"));
  EXPECT_EQ(up.line(), " queue news, dead letters news-dead, table news-deliveries: created");
}

// Goal: with --verify-signatures the server accepts the credentials of its environment, or local/local if it has none.
// Our own client gets AWS's error for any others.
TEST(ProgramTest, LocalVerifiesSignatures) {
  const auto send = [](const LocalServer& server, const std::string& keys) {
    return run(kProgram + " send --queue q --news 1 --endpoint " + server.url(), keys).err;
  };
  const LocalServer usual("--verify-signatures", "-u AWS_ACCESS_KEY_ID -u AWS_SECRET_ACCESS_KEY -u AWS_SESSION_TOKEN");
  EXPECT_THAT(send(usual, ""), HasSubstr("QueueDoesNotExist"));
  EXPECT_THAT(send(usual, "AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=guess"),
              HasSubstr("InvalidSignatureException"));

  const std::string session = "AWS_ACCESS_KEY_ID=mine AWS_SECRET_ACCESS_KEY=secret AWS_SESSION_TOKEN=token";
  const LocalServer own("--verify-signatures", session);
  EXPECT_THAT(send(own, session), HasSubstr("QueueDoesNotExist"));
  EXPECT_THAT(send(own, ""), HasSubstr("UnrecognizedClientException"));
  EXPECT_THAT(send(own, session + "s"), HasSubstr("The security token included in the request is invalid"));
}

// Goal: the error for a port in use says what answers there and which --listen to use.
TEST(ProgramTest, SaysWhatAnswersOnATakenPort) {
  LocalServer server;
  const std::string address = server.url().substr(7);
  for (const char* command : {" local", " up"}) {
    const Result result = run(kProgram + command + " --listen " + address);
    EXPECT_EQ(result.status, 2) << command;
    EXPECT_THAT(result.err,
                HasSubstr(address + " is in use: another ekiden local server answers there; stop that program, "
                                    "or use --listen 127.0.0.1:"));
  }
}

// Goal: the error for an address of another machine differs from the error for a port in use. No machine has an address
// of 192.0.2.0/24 (RFC 5737).
TEST(ProgramTest, SaysWhyAnAddressCannotBeListenedOn) {
  for (const char* command : {" local", " up"}) {
    const Result elsewhere = run(kProgram + command + " --listen 192.0.2.1:4566");
    EXPECT_EQ(elsewhere.status, 2) << command;
    EXPECT_EQ(elsewhere.err,
              "ekiden: cannot listen on 192.0.2.1:4566: 192.0.2.1 is not an address of this machine; use --listen "
              "127.0.0.1:4566, or 0.0.0.0:4566 for all addresses\n");
    const Result malformed = run(kProgram + command + " --listen ::1:4641");
    EXPECT_EQ(malformed.status, 2) << command;
    EXPECT_THAT(malformed.err,
                EndsWith("an IPv6 address in brackets such as [::1]:0, or an IPv4 address such as 127.0.0.1:4566\n"));
  }
}

// Goal: without a terminal, sending to AWS requires --yes, and the target is printed first.
TEST(ProgramTest, AsksBeforeSendingToAws) {
  const Result result =
      run(kProgram + " send --news 1", "AWS_REGION=ap-northeast-1 AWS_ACCESS_KEY_ID=id AWS_SECRET_ACCESS_KEY=secret");
  EXPECT_EQ(result.status, 2);
  EXPECT_THAT(result.err, StartsWith("AWS ap-northeast-1\n"));
  EXPECT_THAT(result.err, HasSubstr("--yes"));
}

// Goal: the error for a missing queue is one line that names the queue.
TEST(ProgramTest, SaysThatAQueueIsMissing) {
  LocalServer server;
  const Result missing = run("echo hello | " + kProgram + " send --queue q --file - --endpoint " + server.url());
  EXPECT_EQ(missing.status, 1);
  EXPECT_THAT(missing.err, StartsWith("local " + server.url() + "\nekiden: sqs.GetQueueUrl on q: QueueDoesNotExist"));
}

// Goal: up delivers what is sent, and SIGTERM ends it with status 0. Method: use the URLs and the command that it
// prints.
TEST(ProgramTest, UpDeliversWhatIsSent) {
  Background up("up --listen 127.0.0.1:0 --ops 127.0.0.1:0 --tasks 2");
  const std::string introduction = up.line();
  EXPECT_THAT(introduction, HasSubstr("local SQS + DynamoDB   http://127.0.0.1:"));
  EXPECT_EQ(up.line(), " queue news, dead letters news-dead, table news-deliveries: created");
  EXPECT_THAT(up.line(), HasSubstr("status                 http://127.0.0.1:"));
  const std::string next = up.line();
  const std::size_t command = next.find(kProgram + " send --endpoint ");
  ASSERT_NE(command, std::string::npos) << next;
  EXPECT_EQ(run(next.substr(command)).status, 0);

  const std::size_t url = introduction.find("http://");
  const std::string endpoint = introduction.substr(url, introduction.find(' ', url) - url);
  const std::string feed = std::string(EKIDEN_BIN) + "/news-worker feed u0001000 --endpoint " + endpoint;
  Result delivered = run(feed);
  for (int attempts = 0; delivered.status == 1 && attempts < 300; ++attempts) {
    delivered = run(feed);
  }
  EXPECT_THAT(delivered.out, HasSubstr("n0001  News for member u0001000:"));
  EXPECT_EQ(up.stop(), 0);
}

// Goal: up works with any queue, table and worker, and a worker under a shell gets time to drain. Method: a shell
// worker that takes 0.3 s to stop, and then prints a line.
TEST(ProgramTest, UpWaitsForAWorkerUnderAShell) {
  Background up(
      "up --listen 127.0.0.1:0 --ops 127.0.0.1:0 --queue orders --table orders --table-key order_id,number:N "
      "--worker \"trap \\\"sleep 0.3; echo drained \\$EKIDEN_QUEUE \\$EKIDEN_TABLE; exit 0\\\" TERM; echo ready; "
      "while true; do sleep 0.05; done\"");
  up.line();
  EXPECT_EQ(up.line(), " queue orders, dead letters orders-dead, table orders: created");
  up.line();
  EXPECT_THAT(up.line(), EndsWith(" --queue orders --file FILE"));
  EXPECT_EQ(up.line(), "worker 1 | ready");
  std::string said;
  EXPECT_EQ(up.stop(&said), 0);
  EXPECT_THAT(said, HasSubstr("worker 1 | drained orders orders\n"));
}

// Goal: a key that no table can have is rejected.
TEST(ProgramTest, RefusesWrongTableKeys) {
  for (const char* key : {"a,b,c", "a:X", ":S"}) {
    const Result result = run(kProgram + " up --listen 127.0.0.1:0 --ops 127.0.0.1:0 --table-key " + key);
    EXPECT_EQ(result.status, 2) << key;
    EXPECT_THAT(result.err, StartsWith("ekiden: --table-key: ")) << key;
  }
  EXPECT_EQ(run(kProgram + " local --listen 127.0.0.1:0 --table t01 --table-key a,b,c").err,
            "ekiden: --table-key: \"a,b,c\" has 3 attributes; a key has one or two, hash key first, as in "
            "user_id,news_id\n");
}

// Goal: a name that SQS or DynamoDB would reject is rejected with the name of the option or the variable.
TEST(ProgramTest, RefusesNamesThatCannotBeCreated) {
  EXPECT_EQ(
      run(kProgram + " local --listen 127.0.0.1:0 --queue a.b").err,
      "ekiden: --queue \"a.b\" is not a queue name: use 1 to 75 letters, digits, - and _ (QUEUE-dead must be a name, "
      "too)\n");
  EXPECT_EQ(run(kProgram + " local --listen 127.0.0.1:0 --table ab").err,
            "ekiden: --table \"ab\" is not a table name: use 3 to 255 letters, digits, _ . and -\n");
  EXPECT_THAT(run(kProgram + " up --listen 127.0.0.1:0", "EKIDEN_QUEUE=https://sqs.example.org/1/other").err,
              StartsWith("ekiden: EKIDEN_QUEUE \"https://sqs.example.org/1/other\" is not a queue name: "));
}

// Goal: no command takes a FIFO queue; the error is one sentence that says what to use.
TEST(ProgramTest, RefusesFifoQueues) {
  const std::string created =
      " \"orders.fifo\" is a FIFO queue, and FIFO queues are not supported yet; use a standard queue, whose name has "
      "no "
      ".fifo at its end\n";
  const Result by_flag = run(kProgram + " up --listen 127.0.0.1:0 --queue orders --queue orders.fifo");
  EXPECT_EQ(by_flag.status, 2);
  EXPECT_EQ(by_flag.err, "ekiden: --queue" + created);
  const Result by_variable = run(kProgram + " up --listen 127.0.0.1:0", "EKIDEN_QUEUE=orders.fifo");
  EXPECT_EQ(by_variable.status, 2);
  EXPECT_EQ(by_variable.err, "ekiden: EKIDEN_QUEUE" + created);
  EXPECT_EQ(run(kProgram + " local --listen 127.0.0.1:0 --queue orders.fifo").err, "ekiden: --queue" + created);
  const std::string url = "http://127.0.0.1:1/000000000000/orders.fifo";
  const Result sent = run(kProgram + " send --news 1 --local --queue " + url);
  EXPECT_EQ(sent.status, 2);
  EXPECT_EQ(sent.err, "ekiden: --queue \"" + url +
                          "\" is a FIFO queue, and FIFO queues are not supported yet, because each of their messages "
                          "needs a group; use a standard queue, or send with the AWS CLI\n");
  const Result found = run(kProgram + " doctor --local --queue orders.fifo --no-dead-letter-queue");
  EXPECT_EQ(found.status, 1);
  EXPECT_THAT(found.out, HasSubstr("orders.fifo is a FIFO queue, and FIFO queues are not supported yet: their messages "
                                   "would be handled out of order\n"));
}

// Goal: local creates several queues and tables, each table with its own key, and a queue that is the dead-letter queue
// of another one only once.
TEST(ProgramTest, LocalCreatesSeveralQueuesAndTables) {
  Background server(
      "local --listen 127.0.0.1:0 --queue a --queue b --queue a-dead --table one,two --table-key id "
      "--table-key two=order_id,number:N");
  EXPECT_THAT(server.line(), HasSubstr("state in memory"));
  EXPECT_THAT(server.line(),
              EndsWith(": queues a, b and a-dead, dead letters a-dead and b-dead, tables one and two: created"));
  EXPECT_EQ(server.stop(), 0);
}

// Goal: up sets the variables that name a queue and a table only where there is one, also if its own are set.
TEST(ProgramTest, UpNamesAQueueOnlyIfThereIsOne) {
  const std::string worker = "--worker \"echo q=\\$EKIDEN_QUEUE u=\\$EKIDEN_QUEUE_URL t=\\$EKIDEN_TABLE\"";
  const auto variables_of = [&worker](const std::string& names, const std::string& environment = "") {
    Background up("up --listen 127.0.0.1:0 --ops 127.0.0.1:0 " + names + " " + worker, "2>&1 >/dev/null", environment);
    for (std::string line = up.line(); !line.empty(); line = up.line()) {
      if (line.starts_with("worker 1 | ")) {
        return line.substr(11);
      }
    }
    return std::string();
  };
  EXPECT_EQ(variables_of("--queue a --queue b --table one --table two"), "q= u= t=");
  EXPECT_EQ(variables_of("--queue a --queue b --table one"), "q= u= t=one");
  EXPECT_EQ(variables_of("", "EKIDEN_QUEUE=a,b EKIDEN_QUEUE_URL=http://x/y EKIDEN_TABLE=one,two"), "q= u= t=");
  EXPECT_THAT(variables_of("--queue a --table one --table two"), testing::MatchesRegex("q=a u=http://.*/a t="));
}

// Goal: names that are given twice, and keys of tables that there are not, are refused.
TEST(ProgramTest, RefusesNamesThatContradictEachOther) {
  const auto error = [](const std::string& arguments) {
    const Result result = run(kProgram + " up --listen 127.0.0.1:0 " + arguments);
    EXPECT_EQ(result.status, 2) << arguments;
    return result.err;
  };
  EXPECT_EQ(error("--queue a --queue b --queue a"), "ekiden: --queue names \"a\" twice; give each name once\n");
  EXPECT_EQ(error("--table one,one"), "ekiden: --table names \"one\" twice; give each name once\n");
  EXPECT_EQ(
      error("--table one --table two --table-key three=id"),
      "ekiden: --table-key: \"three=\" is not followed by the key of a table of --table; name one of: one, two\n");
  EXPECT_EQ(error("--table one --table-key one=id,one=x"),
            "ekiden: --table-key: \"one=\" is given twice; give the key of a table once\n");
  EXPECT_EQ(error("--table one --table two --table-key two=id"),
            "ekiden: --table-key: \"two=id\" has 0 attributes for one of the tables; a key has one or two, hash key "
            "first, as in user_id,news_id\n");
  EXPECT_EQ(error("--queue \"\""), "ekiden: --queue is empty; set it to the name of a queue\n");
}

// Goal: options that exclude each other are named as they were set; --listen and --ops of `up` cannot be the same.
TEST(ProgramTest, NamesOptionsThatExcludeEachOther) {
  EXPECT_EQ(run(kProgram + " local --memory", "EKIDEN_DATA=d").err,
            "ekiden: EKIDEN_DATA cannot be combined with --memory; use one of them\n");
  EXPECT_EQ(
      run(kProgram + " send --news 1 --local", "EKIDEN_ENDPOINT=http://x").err,
      "ekiden: --local cannot be combined with EKIDEN_ENDPOINT http://x; use one of them (--local means --endpoint "
      "http://127.0.0.1:4566)\n");
  EXPECT_EQ(run(kProgram + " up --listen 127.0.0.1:5555 --ops 127.0.0.1:5555").err,
            "ekiden: --listen 127.0.0.1:5555 and --ops 127.0.0.1:5555 are the same address; give one of them another "
            "port, for example --ops 127.0.0.1:0\n");
  EXPECT_EQ(
      run(kProgram + " up --listen 0.0.0.0:5555", "EKIDEN_OPS=127.0.0.1:5555").err,
      "ekiden: --listen 0.0.0.0:5555 and EKIDEN_OPS 127.0.0.1:5555 are the same address; give one of them another "
      "port, for example --ops 127.0.0.1:0\n");
}

}  // namespace

import Foundation
import NPUTestKit
import Testing

@Suite("npu-simulator", .serialized)
struct NPUSimulatorCommandTests {
  @Test("It prints its address, serves as it is told, and stops on a signal with 0", arguments: [SIGTERM, SIGINT])
  func serves(signal: Int32) async throws {
    let simulator = try Example(
      "npu-simulator", ["--port", "0", "--ttft", "5", "--itl", "1", "--output-tokens", "7", "--model", "mine"])
    let address = try await simulator.firstLine()
    let transport = try CurlTransport()
    let chat = ChatClient(transport: transport, service: try ServiceConfiguration(address))
    let answer = try await chat.complete(ChatRequest(model: "mine", messages: [.user("Hello")]))
    #expect(answer.usage?.completionTokens == 7)
    transport.shutDown()
    simulator.send(signal)
    let ending = try await simulator.ending()
    #expect(ending.status == 0, "\(ending.errors)")
    #expect(!ending.wasKilled)
    #expect(ending.output == address + "\n")
  }

  @Test("A signal that comes as soon as the address is printed is not lost", arguments: [SIGTERM, SIGINT])
  func earlySignal(signal: Int32) async throws {
    for _ in 0..<10 {
      let simulator = try Example("npu-simulator", ["--port", "0"])
      _ = try await simulator.firstLine()
      simulator.send(signal)
      let ending = try await simulator.ending()
      #expect(ending.status == 0, "\(ending.errors)")
      #expect(!ending.wasKilled)
    }
  }

  @Test("A behaviour file sets what has no flag, and a Unix-domain socket can be listened on")
  func behaviourFile() async throws {
    let folder = try TemporaryFolder()
    let file = try folder.write(
      "{\"fault\": {\"kind\": \"status\", \"status\": 503}, \"models\": [\"m\"]}", to: "b.json")
    let socket = folder.file("s")
    let simulator = try Example("npu-simulator", ["--unix-socket", socket, "--behaviour", file])
    _ = try await simulator.firstLine()
    let run = try await Example.run(
      "llm-bench", ["--base-url", "unix:\(socket)", "--dataset-name", "fixed", "--num-prompts", "2", "--json"])
    #expect(run.status == 2)
    #expect(try run.json()["report"]?["requests"]?["failures"]?[0]?["kind"]?.string == "http_503")
    simulator.send(SIGTERM)
    #expect(try await simulator.ending().status == 0)
  }

  @Test(
    "What it cannot do ends it with a message that says what is allowed",
    arguments: [
      (["--jitter", "2"], "takes 0 to 1"), (["--ttft", "nan"], "nan"), (["--fault", "nope"], "stall"),
      (["--behaviour", "/nonexistent"], "/nonexistent"), (["--port", "99999999"], "65535"),
      (["--max-concurrency", "0"], "1 or more"),
    ])
  func refusals(arguments: [String], word: String) async throws {
    let ending = try await Example.run(
      "npu-simulator", arguments + (arguments.contains("--port") ? [] : ["--port", "0"]))
    #expect(ending.status != 0)
    #expect(!ending.wasKilled, "\(ending.errors)")
    #expect(ending.errors.contains(word), "\(ending.errors)")
  }

  @Test("An address that cannot be had is named with the reason and what to do")
  func addresses() async throws {
    let folder = try TemporaryFolder()
    let file = try folder.write("text", to: "file")
    let other = try Example("npu-simulator", ["--port", "0"])
    let port = try await other.firstLine().split(separator: ":").last.map(String.init) ?? ""
    let socket = folder.file("s")
    let onSocket = try Example("npu-simulator", ["--unix-socket", socket])
    _ = try await onSocket.firstLine()
    for (arguments, words) in [
      (["--port", port], ["127.0.0.1, port \(port)", "choose another port"]),
      (["--unix-socket", folder.file("none/s")], [folder.file("none/s"), "create its folder"]),
      (["--unix-socket", file], [file, "no socket"]), (["--unix-socket", folder.path], [folder.path, "no socket"]),
      (["--unix-socket", socket], [socket, "a server accepts connections there"]),
      (["--unix-socket", folder.file(String(repeating: "s", count: 120))], ["107 bytes"]),
    ] {
      let ending = try await Example.run("npu-simulator", arguments)
      #expect(ending.status == 2)
      #expect(ending.output == "")
      for word in words { #expect(ending.errors.contains(word), "\(ending.errors)") }
      for word in ["errno", "UnixDomainSocket", "bind("] { #expect(!ending.errors.contains(word), "\(ending.errors)") }
    }
    #expect(try folder.text("file") == "text")
    other.send(SIGTERM)
    // The one that was there before goes on.
    let run = try await Example.run(
      "llm-bench", ["--base-url", "unix:\(socket)", "--dataset-name", "fixed", "--num-prompts", "1"])
    #expect(run.status == 0, "\(run.errors)")
    onSocket.send(SIGTERM)
  }

  @Test("The socket of a simulator that was killed is replaced")
  func staleSocket() async throws {
    let folder = try TemporaryFolder()
    let socket = folder.file("s")
    for _ in 0..<2 {
      let simulator = try Example("npu-simulator", ["--unix-socket", socket])
      #expect(try await simulator.firstLine() == "unix:\(socket)")
      simulator.send(SIGKILL)
      #expect(try await simulator.ending().wasKilled)
      #expect(FileManager.default.fileExists(atPath: socket))
    }
  }

  @Test(
    "A behaviour file that is wrong is named with what is wrong in it, in plain words",
    arguments: [
      ("{\"a\": }", "it is not valid JSON"), ("{\"models\": 5}", "'models' is not a list"), ("[]", "not an object"),
    ])
  func behaviourFiles(text: String, word: String) async throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(text, to: "b.json")
    let ending = try await Example.run("npu-simulator", ["--behaviour", path, "--port", "0"])
    #expect(ending.status == 2)
    #expect(ending.errors.contains("\(path): "), "\(ending.errors)")
    #expect(ending.errors.contains(word), "\(ending.errors)")
    for word in ["DecodingError", "Domain", "corrupted"] { #expect(!ending.errors.contains(word)) }
  }
}

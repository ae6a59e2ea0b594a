import NPUSimulator
import NPUTestKit
import Testing

@Suite("batch-run")
struct BatchRunTests {
  private static let keys = ["AWS_ACCESS_KEY_ID": "AKIDEXAMPLEKEY", "AWS_SECRET_ACCESS_KEY": "secret-key-of-the-store"]

  @Test("asks the built-in simulator for every line, and goes on with --resume alone")
  func lines() async throws {
    let folder = try TemporaryFolder()
    let lines = (0..<6).map { #"{"id":"\#($0)","prompt":"Hi"}"# }.joined(separator: "\n")
    let input = try folder.write(lines, to: "in.jsonl")
    let arguments = ["--input", input, "--output", folder.file("out"), "--json"]
    let first = try await Example.run("batch-run", arguments)
    #expect(first.status == 0, "\(first.errors)")
    #expect(try first.json()["completed"] == 6)
    let second = try await Example.run("batch-run", arguments)
    #expect(second.status == 2)
    #expect(try second.json()["error"]?["kind"] == "exists")
    let third = try await Example.run("batch-run", arguments + ["--resume"])
    #expect(third.status == 0)
    #expect(try third.json()["sessions"] == 2)
    #expect(try folder.text("out/outcomes.jsonl").split(separator: "\n").count == 6)
    // A line for people, of the same.
    let text = try await Example.run("batch-run", arguments.filter { $0 != "--json" } + ["--resume"])
    #expect(text.output.contains("completed    6"))
  }

  @Test("reads and writes an object store with keys that it never shows, and ends with 1 where an item failed")
  func store() async throws {
    var behaviour = Behaviour(outputTokens: 2)
    var objects = ObjectStoreBehaviour()
    objects.buckets = ["batch"]
    objects.accessKeys = ["AKIDEXAMPLEKEY": "secret-key-of-the-store"]
    behaviour.objectStore = objects
    try await withSimulator(behaviour: behaviour) { simulator in
      for number in 0..<3 { simulator.putObject([0x48, 0x69], in: "batch", key: "in/\(number).txt") }
      simulator.putObject([0xFF], in: "batch", key: "in/bad.txt")
      let folder = try TemporaryFolder()
      let arguments = [
        "--base-url", simulator.baseURL, "--input", "s3://batch/in/", "--output", "s3://batch/out", "--work",
        folder.path,
        "--s3-endpoint", simulator.baseURL, "--json",
      ]
      let ending = try await Example.run("batch-run", arguments, environment: Self.keys)
      #expect(ending.status == 1, "\(ending.errors)")
      #expect(try ending.json()["completed"] == 3)
      #expect(try ending.json()["failures"]?["invalid_request"] == 1)
      #expect(simulator.objects(in: "batch")["out/outputs/0.txt.json"] != nil)
      #expect(simulator.objects(in: "batch")["out/summary.json"] != nil)
      let wrong = try await Example.run(
        "batch-run", arguments + ["--resume", "--s3-secret-key", "wrong-secret-key"], environment: Self.keys)
      #expect(wrong.status == 2)
      #expect(wrong.errors.contains("check the secret key"))
      for text in [ending.output + ending.errors, wrong.output + wrong.errors] {
        for key in Self.keys.values + ["wrong-secret-key"] { #expect(!text.contains(key)) }
      }
    }
  }

  @Test(
    "refuses what cannot be meant",
    arguments: [
      (["--input", "s3://batch/in", "--output", "/tmp/x"], "--s3-endpoint"),
      (["--input", "/nonexistent", "--output", "/tmp/x"], "check the path"),
      (["--input", "/tmp", "--output", "/tmp/x"], "must not lie"),
      (["--input", "/tmp", "--output", "s3://batch/x"], "--work"),
      (["--input", "/tmp", "--output", "/x", "--s3-region", "r"], "--s3-endpoint"),
      (["--input", "/tmp", "--output", "/x", "--voice", "a"], "--kind speech"),
      (["--input", "/tmp", "--output", "/x", "--extra-body", "[]"], "JSON object"),
      (["--input", "/tmp", "--output", "/x", "--retry-on", "http_429"], "--retries"),
    ])
  func refusals(arguments: [String], words: String) async throws {
    let ending = try await Example.run("batch-run", arguments)
    #expect(ending.status == 2)
    #expect(ending.errors.contains(words), "\(ending.errors)")
  }
}

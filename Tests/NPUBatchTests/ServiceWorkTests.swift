import NPUBase
import NPUBatch
import NPUServices
import NPUSimulator
import NPUStorage
import NPUTransport
import TestSupport
import Testing

@Suite("A batch of a service")
struct ServiceWorkTests {
  private static let behaviour = Behaviour(outputTokens: 3).with {
    $0.images.stepLatency = .zero
    $0.audio.transcriptionFactor = 0
    $0.audio.speechFactor = 0
  }

  /// What lines hold for each kind of service, and whether files come of them.
  private static let lines: [(kind: ServiceWork.Kind, line: String, ending: String?)] = [
    (.chat, #"{"id":"a","prompt":"Say hello."}"#, nil),
    (
      .chat,
      #"{"custom_id":"a","method":"POST","url":"/v1/chat/completions","body":{"messages":[{"role":"user","content":"Hi"}],"stream":true}}"#,
      nil
    ),
    (.completions, #"{"id":"a","prompt":"Once"}"#, nil),
    (.images, #"{"id":"a","prompt":"A cat","width":64,"height":64,"steps":2}"#, "png"),
    (.transcription, #"{"id":"a","audio":"sound.wav"}"#, nil),
    (.speech, #"{"id":"a","text":"Hello","voice":"x"}"#, "wav"),
    (.json, #"{"id":"a","url":"/v1/completions","body":{"model":"simulated-chat","prompt":"Once"}}"#, nil),
  ]

  @Test("asks each kind of service for a line", arguments: lines.indices)
  func eachKind(number: Int) async throws {
    let (kind, line, ending) = Self.lines[number]
    try await TemporaryFolder.with { folder in
      _ = try TemporaryFolder.written(line, to: folder + "/in.jsonl")
      let sound = try File(creating: folder + "/sound.wav", replacing: true)
      try sound.write(try TestAudio.silence(.milliseconds(300)).wav())
      try await withSimulator(behaviour: Self.behaviour) { simulator in
        var work = ServiceWork(kind, of: try Service(simulator.baseURL))
        work.format = .wav
        let report = try await Batch(LinesInput(folder + "/in.jsonl"), work, to: .folder(folder + "/out")).run()
        let text = try String(decoding: File(reading: folder + "/out/outcomes.jsonl").readAll(), as: UTF8.self)
        #expect(report.isGood, "\(text)")
        let outcome = try JSONCoding.decode(BatchOutcome.self, from: Array(text.utf8))
        #expect((outcome.response == nil) == (ending != nil))
        #expect(outcome.files.map(\.name) == (ending.map { ["outputs/a.\($0)"] } ?? []))
        #expect(outcome.httpStatus == 200 && (outcome.latency ?? 0) > 0)
      }
    }
  }

  @Test(
    "fails an item of which no request can be made, with its reason",
    arguments: [
      (ServiceWork.Kind.chat, #"{"id":"a"}"#), (.chat, #"{"id":"a","url":"/other","body":{"messages":[]}}"#),
      (.completions, #"{"id":"a"}"#), (.speech, #"{"id":"a","text":7}"#), (.transcription, #"{"id":"a"}"#),
      (.transcription, #"{"id":"a","audio":"none.wav"}"#), (.json, #"{"id":"a","x":1}"#),
      (.json, #"{"id":"a","url":"http://elsewhere/","body":{}}"#), (.chat, #"{"id":"a","body":1}"#),
      (.chat, #"{"id":"a","method":"GET","body":{}}"#),
    ])
  func impossible(kind: ServiceWork.Kind, line: String) async throws {
    try await TemporaryFolder.with { folder in
      _ = try TemporaryFolder.written(line, to: folder + "/in.jsonl")
      try await withSimulator(behaviour: Self.behaviour) { simulator in
        let work = ServiceWork(kind, of: try Service(simulator.baseURL, model: "m"))
        let report = try await Batch(LinesInput(folder + "/in.jsonl"), work, to: .folder(folder + "/out")).run()
        #expect(report.failed == 1 && report.failures.keys.first == "invalid_request")
        #expect(simulator.requests.isEmpty)
      }
    }
  }

  @Test("asks for files: of text, images and sounds")
  func files() async throws {
    try await TemporaryFolder.with { folder in
      let input = folder + "/in"
      try Folder.prepare(input)
      _ = try TemporaryFolder.written("Say hello. 今天", to: input + "/a.txt")
      let image = try File(creating: input + "/b.png", replacing: true)
      try image.write(try TestImage.solid(.red, width: 8, height: 8).png())
      _ = try TemporaryFolder.written("\u{0}", to: input + "/c.bin")
      let broken = try File(creating: input + "/d.bin", replacing: true)
      try broken.write([0xFF])
      try await withSimulator(behaviour: Self.behaviour) { simulator in
        var work = ServiceWork(.chat, of: try Service(simulator.baseURL))
        work.prompt = "What is this?"
        work.extras = ["max_tokens": 2]
        let report = try await Batch(
          FolderInput(input), work, to: .folder(folder + "/out"), plan: BatchPlan(writesFiles: true)
        ).run()
        #expect(report.completed == 3 && report.failures == ["invalid_request": 1])
        let bodies = simulator.requests.filter { $0.method == "POST" }.map { String(decoding: $0.body, as: UTF8.self) }
        #expect(bodies.count == 3)
        #expect(bodies.allSatisfy { $0.contains("What is this?") && $0.contains("\"max_tokens\":2") })
        #expect(bodies.contains { $0.contains("今天") } && bodies.contains { $0.contains("data:image/png;base64") })
        #expect(File.exists(folder + "/out/outputs/a.txt.json"))
      }
    }
  }

  @Test("reads and writes an object store, and is gone on with there")
  func store() async throws {
    var behaviour = Self.behaviour
    var objects = ObjectStoreBehaviour()
    objects.buckets = ["batch"]
    objects.accessKeys = ["AKIDEXAMPLEKEY": "secret-key-of-the-store"]
    objects.pageSize = 7
    // A store that is out of order from time to time, in every way that may pass.
    objects.failures = [
      .init(.slowDown, after: 3, times: 2), .init(.truncatedBody, method: "GET", after: 12),
      .init(.wrongETag, method: "PUT", after: 3), .init(.corruptBody, method: "GET", after: 20),
    ]
    behaviour.objectStore = objects
    try await withSimulator(behaviour: behaviour) { simulator in
      var configuration = try ObjectStoreConfiguration(
        simulator.baseURL, region: "us-east-1", accessKey: "AKIDEXAMPLEKEY", secretKey: "secret-key-of-the-store")
      configuration.retries.pause = .zero
      let store = try ObjectStore(configuration)
      let names = (0..<20).map { "text \($0).txt" }
      for name in names { simulator.putObject(Array("Say \(name).".utf8), in: "batch", key: "in/" + name) }
      simulator.putObject([], in: "batch", key: "in/folder/")
      try await TemporaryFolder.with { folder in
        let batch = Batch(
          ObjectsInput(store, try ObjectAddress("s3://batch/in")),
          ServiceWork(.speech, of: try Service(simulator.baseURL)),
          to: .store(store, try ObjectAddress("s3://batch/out")), folder: folder,
          plan: BatchPlan(concurrency: 4, resumes: true))
        #expect(try await batch.run().isGood)
        let found = simulator.objects(in: "batch").filter { $0.key.hasPrefix("out/") }
        let outputs = names.map { "out/outputs/\($0.replacing(" ", with: "%20")).wav" }
        #expect(Set(found.keys) == Set(outputs + ["out/outcomes.jsonl", "out/summary.json"]))
        let lines = try File(reading: folder + "/outcomes.jsonl").readAll()
        #expect(found["out/outcomes.jsonl"] == lines)
        // What was fetched is gone.
        #expect(!names.contains { File.exists("\(folder)/fetched/\($0.replacing(" ", with: "%20"))") })
        // The half of the outcomes, as a kill leaves them.
        let half = lines[..<(lines.count / 2)]
        let whole = half.split(separator: 0x0A, omittingEmptySubsequences: false).count - 1
        let file = try File(creating: folder + "/outcomes.jsonl", replacing: true)
        try file.write(Array(half))
        let before = simulator.requests.count { $0.path == "/v1/audio/speech" }
        #expect(try await batch.run().isGood)
        #expect(simulator.requests.count { $0.path == "/v1/audio/speech" } == before + 20 - whole)
        // An input that was changed meanwhile.
        simulator.putObject([1], in: "batch", key: "in/" + names[0])
        let error = await #expect(throws: BatchError.self) { try await batch.run() }
        #expect(error?.kind == .changedInput)
      }
    }
  }

  @Test("goes on with the upload of its outcomes, which broke off")
  func leftUpload() async throws {
    var behaviour = Self.behaviour
    var objects = ObjectStoreBehaviour()
    objects.buckets = ["batch"]
    objects.accessKeys = ["AKIDEXAMPLEKEY": "secret-key-of-the-store"]
    objects.leastPartBytes = 100
    objects.failures = [.init(.slowDown, method: "PUT", after: 2)]
    behaviour.objectStore = objects
    try await withSimulator(behaviour: behaviour) { simulator in
      var configuration = try ObjectStoreConfiguration(
        simulator.baseURL, region: "us-east-1", accessKey: "AKIDEXAMPLEKEY", secretKey: "secret-key-of-the-store")
      configuration.retries.count = 0
      (configuration.multipartThreshold, configuration.partBytes) = (100, 100)
      let output = BatchOutput.store(try ObjectStore(configuration), try ObjectAddress("s3://batch/out"))
      try await TemporaryFolder.with { folder in
        let batch = try SmallBatch(in: folder)
        let first = try await batch.run(FakeWork(), output: output)
        #expect(first.end == .error && first.left == 0 && simulator.unfinishedUploads == 1)
        let (work, sent) = (FakeWork(), simulator.requests.count { $0.path.contains("partNumber=") })
        #expect(sent == 3)
        #expect(try await batch.run(work, output: output).isGood && work.names.isEmpty)
        let lines = try batch.bytes("outcomes.jsonl")
        #expect(simulator.objects(in: "batch")["out/outcomes.jsonl"] == lines)
        #expect(simulator.unfinishedUploads == 0)
        // The third part was asked for twice, and the first two once.
        let all = simulator.requests.count { $0.path.contains("partNumber=") }
        #expect(all == (lines.count + 99) / 100 + 1)
      }
    }
  }

  @Test("reads lines of an object store")
  func remoteLines() async throws {
    var behaviour = Self.behaviour
    var objects = ObjectStoreBehaviour()
    objects.buckets = ["batch"]
    objects.accessKeys = ["AKIDEXAMPLEKEY": "secret-key-of-the-store"]
    behaviour.objectStore = objects
    try await withSimulator(behaviour: behaviour) { simulator in
      let store = try ObjectStore(
        ObjectStoreConfiguration(
          simulator.baseURL, region: "us-east-1", accessKey: "AKIDEXAMPLEKEY", secretKey: "secret-key-of-the-store"))
      let lines = (0..<3).map { "{\"id\":\($0),\"prompt\":\"Hi\"}\n" }.joined()
      simulator.putObject(Array(lines.utf8), in: "batch", key: "in.jsonl")
      try await TemporaryFolder.with { folder in
        let report = try await Batch(
          ObjectLinesInput(store, try ObjectAddress("s3://batch/in.jsonl")),
          ServiceWork(.chat, of: try Service(simulator.baseURL)), to: .store(store, try ObjectAddress("s3://batch/o")),
          folder: folder
        ).run()
        #expect(report.isGood && report.completed == 3)
        #expect(Set(simulator.objects(in: "batch").keys) == ["in.jsonl", "o/outcomes.jsonl", "o/summary.json"])
      }
    }
  }
}

import HTTPTypes
import NPUBase
import NPUSimulator
import NPUStorage
import NPUTransport
import Synchronization
import TestSupport
import Testing

/// The simulated store checks signatures by its own code, which the kit does not share.
@Suite("An object store")
struct ObjectStoreTests {
  private static func bytes(_ count: Int, seed: UInt8 = 7) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ ($0 >> 8)) &+ seed }
  }

  @Test(
    "gives back what was put under any key",
    arguments: ["a", "in/1 2.wav", "中文/é+%20&=?#;'\"<>.json", "a//b/", "~-._:@!$()*,"])
  func keys(key: String) async throws {
    try await withStore { store, simulator in
      let address = ObjectAddress(bucket: "batch", key: key)
      let content = Self.bytes(1000)
      let put = try await store.put(content, to: address)
      #expect(simulator.objects(in: "batch")[key] == content)
      #expect(try await store.bytes(of: address) == content)
      #expect(try await store.bytes(of: address, range: 10..<20) == Array(content[10..<20]))
      #expect(try await store.facts(of: address) == put)
      #expect(try await store.objects(at: ObjectAddress(bucket: "batch")) == [put])
      try await store.remove(address)
      try await store.remove(address)
      #expect(try await store.facts(of: address) == nil)
    }
  }

  @Test("lists every object once, over any pages", arguments: [1, 3, 10, 1000])
  func lists(page: Int) async throws {
    try await withStore({ $0.pageSize = page }) { store, simulator in
      let keys = (0..<10).map { "in/\($0) +é" } + ["other"]
      for key in keys { simulator.putObject(Array(key.utf8), in: "batch", key: key) }
      let found = try await store.objects(at: ObjectAddress("s3://batch/in/"))
      #expect(found.map(\.key) == keys.dropLast())
      #expect(found.allSatisfy { $0.size == 8 && $0.etag.count == 32 })
      let error = await #expect(throws: StorageError.self) {
        try await store.objects(at: ObjectAddress("s3://batch/in/"), limit: 9)
      }
      #expect(error?.kind == .tooLarge)
    }
  }

  @Test("takes and gives files of any size", arguments: [0, 1, 4000, 4001, 4500, 100_000])
  func files(size: Int) async throws {
    let content = Self.bytes(size)
    try await withStore { store, simulator in
      try await TemporaryFile.with(content) { path in
        let address = ObjectAddress(bucket: "batch", key: "out/file.bin")
        let put = try await store.upload(path, to: address, contentType: "audio/wav")
        #expect(simulator.objects(in: "batch")["out/file.bin"] == content)
        // In parts, and only there, the tag counts them.
        #expect(put.etag.contains("-") == (size > 4000))
        #expect(simulator.unfinishedUploads == 0)
        let got = try await store.download(address, to: path + ".copy", matching: put.etag)
        #expect(got == put)
        #expect(try Array(File(reading: path + ".copy").readAll()) == content)
        #expect(!File.exists(path + ".copy.part"))
      }
    }
  }

  @Test("takes a file of which libcurl asks first whether it is wanted")
  func largeFile() async throws {
    let content = Self.bytes(3 << 20)
    try await withStore { store, simulator in
      var store = store
      store.configuration.multipartThreshold = 64 << 20
      try await TemporaryFile.with(content) { path in
        try await store.upload(path, to: ObjectAddress(bucket: "batch", key: "large"))
        #expect(simulator.objects(in: "batch")["large"] == content)
      }
    }
  }

  @Test(
    "is asked again after what may pass, and every failure is told",
    arguments: ObjectStoreBehaviour.Failure.Kind.allCases)
  func passing(kind: ObjectStoreBehaviour.Failure.Kind) async throws {
    let content = Self.bytes(9000)
    let method = kind == .lateError ? "POST" : kind == .slowDown ? nil : "GET"
    // The end of the upload is the second request with POST.
    try await withStore(failures: [.init(kind, method: method, after: kind == .lateError ? 1 : 0, times: 2)]) {
      store, simulator in
      var store = store
      let told = Mutex<[StorageError.Kind]>([])
      store.onRetry = { error in told.withLock { $0.append(error.kind) } }
      try await TemporaryFile.with(content) { path in
        let address = ObjectAddress(bucket: "batch", key: "a")
        try await store.upload(path, to: address)
        #expect(simulator.unfinishedUploads == 0)
        // Its tag says nothing of the bytes: one of a single part does.
        if kind != .lateError { simulator.putObject(content, in: "batch", key: "a") }
        try await store.download(address, to: path + ".copy")
        #expect(try Array(File(reading: path + ".copy").readAll()) == content)
      }
      let expected: StorageError.Kind =
        switch kind {
        case .truncatedBody: .transport
        case .corruptBody, .wrongETag: .integrity
        case .slowDown, .lateError: .throttled
        }
      #expect(told.withLock { $0 } == [expected, expected])
    }
  }

  @Test(
    "that stays out of order ends in its error, without a file", arguments: ObjectStoreBehaviour.Failure.Kind.allCases)
  func lasting(kind: ObjectStoreBehaviour.Failure.Kind) async throws {
    try await withStore(failures: [.init(kind, times: .max)]) { store, simulator in
      var store = store
      store.configuration.retries.count = 2
      simulator.putObject(Self.bytes(1000), in: "batch", key: "a")
      try await TemporaryFolder.with { folder in
        let path = folder + "/a"
        var failure: StorageError?
        do { try await store.download(ObjectAddress(bucket: "batch", key: "a"), to: path) } catch {
          failure = try #require(error as? StorageError)
        }
        #expect((failure == nil) == (kind == .lateError))
        #expect(File.exists(path) == (kind == .lateError))
        #expect(!File.exists(path + ".part"))
      }
    }
  }

  @Test("forgets the parts of an upload that failed")
  func abort() async throws {
    try await withStore(failures: [.init(.slowDown, method: "PUT", after: 2, times: .max)]) { store, simulator in
      var store = store
      store.configuration.retries.count = 1
      let failing = store
      try await TemporaryFile.with(Self.bytes(9000)) { path in
        let error = await #expect(throws: StorageError.self) {
          try await failing.upload(path, to: ObjectAddress(bucket: "batch", key: "a"))
        }
        #expect(error?.kind == .throttled && error?.code == "SlowDown")
        #expect(simulator.unfinishedUploads == 0)
        #expect(simulator.objects(in: "batch").isEmpty)
      }
    }
  }

  @Test(
    "says in which words of its own it refuses, and never shows a key",
    arguments: [
      ("secret", "SignatureDoesNotMatch", "check the secret key"),
      ("access", "InvalidAccessKeyId", "check the access key"),
      ("region", "AuthorizationHeaderMalformed", "us-east-1"), ("clock", "RequestTimeTooSkewed", "clock"),
      ("token", "InvalidToken", ""), ("bucket", "NoSuchBucket", "check the bucket"), ("key", "NoSuchKey", ""),
    ])
  func refusals(what: String, code: String, advice: String) async throws {
    try await withStore({ behaviour in
      if what == "clock" { behaviour.clockOffset = 1000 }
      if what == "token" { behaviour.securityToken = "token-of-a-temporary-key" }
    }) { store, _ in
      var store = store
      if what == "secret" { store.configuration.secretKey = "another-secret-key" }
      if what == "access" { store.configuration.accessKey = "ANOTHERACCESSKEY" }
      if what == "region" { store.configuration.region = "cn-north-4" }
      let asking = store
      let bucket = what == "bucket" ? "other" : "batch"
      let error = await #expect(throws: StorageError.self) {
        try await asking.bytes(of: ObjectAddress(bucket: bucket, key: "a"))
      }
      let text = try #require(error).description
      #expect(error?.code == code)
      #expect(text.contains(advice))
      for key in [testKeys.access, testKeys.secret, "another-secret-key", "ANOTHERACCESSKEY"] {
        #expect(!text.contains(key))
      }
    }
  }

  @Test("accepts the token of a temporary key, which is signed")
  func token() async throws {
    try await withStore({ $0.securityToken = "token-of-a-temporary-key" }) { store, _ in
      var store = store
      store.configuration.securityToken = "token-of-a-temporary-key"
      try await store.put([1], to: ObjectAddress(bucket: "batch", key: "a"))
    }
  }

  @Test("that holds another object than before refuses it")
  func changed() async throws {
    try await withStore { store, simulator in
      let address = ObjectAddress(bucket: "batch", key: "a")
      let before = try await store.put([1, 2], to: address)
      simulator.putObject([2, 1], in: "batch", key: "a")
      let error = await #expect(throws: StorageError.self) { try await store.bytes(of: address, matching: before.etag) }
      #expect(error?.kind == .changed)
    }
  }

  @Test("gives no more bytes than are wanted")
  func limit() async throws {
    try await withStore { store, simulator in
      simulator.putObject(Self.bytes(200_000), in: "batch", key: "a")
      let error = await #expect(throws: StorageError.self) {
        try await store.bytes(of: ObjectAddress(bucket: "batch", key: "a"), limit: 100_000)
      }
      #expect(error?.kind == .tooLarge)
    }
  }

  @Test(
    "gives a file no more bytes than are wanted, announced, or taken where nothing is announced",
    arguments: [
      (nil, nil, 2000, nil), (1000, nil, 1000, nil), (nil, 1000, 1000, nil), (5000, nil, 5000, nil),
      (1001, 1000, 0, "1000 bytes, which is as much as is wanted"), (nil, 999, 1000, "999 bytes"),
      (nil, 0, 100, "0 bytes"), (500, nil, 600, "500 bytes, which is as much as the store has announced"),
      (nil, nil, 2100, "2000 bytes, which is as much as is taken where the store announces no length"),
    ] as [(Int?, Int64?, Int, String?)])
  func fileLimit(announced: Int?, limit: Int64?, count: Int, words: String?) async throws {
    let transport = ScriptedTransport { _ in
      var head = HTTPResponse(status: .ok)
      if let announced { head.headerFields[.contentLength] = "\(announced)" }
      let pieces = stride(from: 0, to: count, by: 100).map { Self.bytes(min(100, count - $0)) }
      return [.head(head)] + pieces.map { ScriptedTransport.Step.body($0) }
    }
    var configuration = try ObjectStoreConfiguration(
      "http://127.0.0.1:9", region: "us-east-1", accessKey: "key", secretKey: "secret")
    configuration.unannouncedLimit = 2000
    let store = ObjectStore(configuration, over: transport)
    try await TemporaryFolder.with { folder in
      let address = ObjectAddress(bucket: "batch", key: "a")
      if let words {
        let error = await #expect(throws: StorageError.self) {
          try await store.download(address, to: folder + "/a", limit: limit)
        }
        #expect(error?.kind == .tooLarge && error?.message.contains(words) == true, "\(String(describing: error))")
        #expect(!File.exists(folder + "/a") && !File.exists(folder + "/a.part"))
      } else {
        let got = try await store.download(address, to: folder + "/a", limit: limit)
        #expect(got.size == Int64(count))
      }
      #expect(transport.requests.count == 1)
    }
  }
}

import HTTPTypes
import NPUBase
import NPUTransport
import Synchronization
import TestSupport
import Testing

@testable import NPUStorage

/// A store that somebody else wrote; `NPUTESTKIT_S3_URL` names one that takes any key.
@Suite(
  "A live object store",
  .enabled(if: EnvironmentVariable.value("NPUTESTKIT_S3_URL") != nil, "NPUTESTKIT_S3_URL names no store"))
struct LiveStoreTests {
  /// Runs something with a bucket of its own.
  private func withBucket(_ body: (ObjectStore, String) async throws -> Void) async throws {
    let address = try #require(EnvironmentVariable.value("NPUTESTKIT_S3_URL"))
    let store = try ObjectStore(
      ObjectStoreConfiguration(
        address, region: "us-east-1", accessKey: "LIVETESTACCESSKEY", secretKey: "live-secret-key"))
    let bucket = "npu-test-\(UInt32.random(in: 0 ... .max))"
    let request = try store.request(.put, ObjectAddress(bucket: bucket))
    _ = try await store.response(to: request, bucket)
    try await body(store, bucket)
  }

  @Test(
    "gives back what was put under any key", arguments: ["a", "in/1 2.wav", "中文/é+%20&=?#;'\"<>.json", "~-._:@!$()*,"])
  func keys(key: String) async throws {
    try await withBucket { store, bucket in
      let address = ObjectAddress(bucket: bucket, key: key)
      let content = (0..<1000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
      let put = try await store.put(content, to: address)
      #expect(try await store.bytes(of: address) == content)
      #expect(try await store.bytes(of: address, range: 10..<20) == Array(content[10..<20]))
      #expect(try await store.facts(of: address) == put)
      #expect(try await store.objects(at: ObjectAddress(bucket: bucket)) == [put])
      try await store.remove(address)
      #expect(try await store.facts(of: address) == nil)
      let error = await #expect(throws: StorageError.self) { try await store.bytes(of: address) }
      #expect(error?.code == "NoSuchKey")
    }
  }

  @Test("lists more objects than a page has")
  func lists() async throws {
    try await withBucket { store, bucket in
      let keys = (10_000..<11_003).map { "in/\($0)" }
      for key in keys { try await store.put([], to: ObjectAddress(bucket: bucket, key: key)) }
      #expect(try await store.objects(at: ObjectAddress(bucket: bucket, key: "in/")).map(\.key) == keys)
    }
  }

  @Test("takes and gives a file in parts")
  func parts() async throws {
    try await withBucket { store, bucket in
      var store = store
      store.configuration.multipartThreshold = 6 << 20
      store.configuration.partBytes = 5 << 20
      let asked = store
      let content = (0..<(12 << 20)).map { UInt8(truncatingIfNeeded: ($0 >> 10) &* 31 &+ $0) }
      try await TemporaryFile.with(content) { path in
        let address = ObjectAddress(bucket: bucket, key: "large")
        let put = try await asked.upload(path, to: address)
        #expect(put.etag.hasSuffix("-3"))
        #expect(try await asked.download(address, to: path + ".copy") == put)
        #expect(try Array(File(reading: path + ".copy").readAll()) == content)
      }
    }
  }

  @Test(
    "has an upload in parts gone on with, and keeps nothing of those that were left", arguments: [[1, 2], [3], []])
  func leftUploads(kept: [Int]) async throws {
    try await withBucket { store, bucket in
      var store = store
      store.configuration.multipartThreshold = 6 << 20
      store.configuration.partBytes = 5 << 20
      let content = (0..<(12 << 20)).map { UInt8(truncatingIfNeeded: ($0 >> 10) &* 31 &+ $0) }
      let address = ObjectAddress(bucket: bucket, key: "out/中 文+&.jsonl")
      let other = try await UploadByHand(to: address, store)
      try await other.put(Array(content[1...(5 << 20)]), number: 1)
      let left = try await UploadByHand(to: address, store)
      for part in numberedParts(of: content, each: 5 << 20) where kept.contains(part.number) {
        try await left.put(part.bytes, number: part.number)
      }
      let (asked, watched) = (store, PutCounter(store.transport))
      let counted = ObjectStore(asked.configuration, over: watched)
      try await TemporaryFile.with(content) { path in
        let put = try await counted.upload(path, to: address, resumes: true)
        #expect(watched.count == 3 - kept.count)
        #expect(put.etag.hasSuffix("-3"))
        #expect(try await asked.download(address, to: path + ".copy") == put)
        #expect(try Array(File(reading: path + ".copy").readAll()) == content)
      }
      let list = try asked.request(.get, ObjectAddress(bucket: bucket), query: [("uploads", "")])
      let uploads = try XMLReader.read(try await asked.response(to: list, bucket).body)
      #expect(uploads.name == "ListMultipartUploadsResult" && uploads.all("Upload").isEmpty)
    }
  }
}

/// Counts the requests that send something to an object.
private final class PutCounter: Transport {
  private let base: any Transport
  private let puts = Atomic(0)

  init(_ base: any Transport) { self.base = base }

  var count: Int { puts.load(ordering: .relaxed) }
  var now: MonotonicInstant { base.now }

  func schedule(at instant: MonotonicInstant, _ action: @escaping @Sendable () -> Void) {
    base.schedule(at: instant, action)
  }

  @discardableResult
  func start(_ request: TransferRequest, observer: any TransferObserver) -> TransferHandle {
    if request.head.method == .put { puts.add(1, ordering: .relaxed) }
    return base.start(request, observer: observer)
  }
}

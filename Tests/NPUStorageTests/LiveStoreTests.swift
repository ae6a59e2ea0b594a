import HTTPTypes
import NPUBase
import NPUTransport
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
}

import NPUStorage
import NPUTransport
import Testing

@Suite("The address of an object")
struct ObjectAddressTests {
  @Test(
    "is a bucket and a key",
    arguments: [
      ("s3://batch/in/1.wav", "batch", "in/1.wav"), ("s3://batch", "batch", ""), ("s3://batch/", "batch", ""),
      ("obs://my-bucket.a/中 文//x", "my-bucket.a", "中 文//x"),
    ])
  func reads(text: String, bucket: String, key: String) throws {
    let address = try ObjectAddress(text)
    #expect(address.bucket == bucket && address.key == key)
  }

  @Test(
    "that no store takes is refused",
    arguments: ["batch/in", "s3://", "s3://ab", "s3://Batch/a", "s3://a..b", "s3://a@b/c"])
  func refuses(text: String) {
    #expect(throws: StorageError.self) { try ObjectAddress(text) }
  }

  @Test(
    "of a store is its scheme and host",
    arguments: [
      ("http://127.0.0.1:9000/", "path"), ("https://obs.cn-north-4.myhuaweicloud.com", "virtual"),
      ("http://minio:9000", "path"), ("http://[::1]:9000", "path"),
    ])
  func stores(text: String, addressing: String) throws {
    let store = try ObjectStoreConfiguration(text, region: "r", accessKey: "key", secretKey: "secret")
    #expect(store.addressing.rawValue == addressing)
    #expect(!store.endpoint.hasSuffix("/"))
  }

  @Test(
    "of a store with anything else is refused, and nothing of it is shown",
    arguments: ["127.0.0.1:9000", "ftp://a", "http://user:pass-word@host", "http://host/bucket", "http://"])
  func refusedStores(text: String) {
    let error = #expect(throws: StorageError.self) {
      try ObjectStoreConfiguration(text, region: "r", accessKey: "key", secretKey: "secret")
    }
    #expect(error?.kind == .invalidAddress)
    #expect(error?.message.contains("pass-word") == false)
  }
}

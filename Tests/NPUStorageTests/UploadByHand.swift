import HTTPTypes
import NPUTransport
import Testing

@testable import NPUStorage

/// An upload in parts that somebody has begun and does not end.
struct UploadByHand {
  private let store: ObjectStore
  private let address: ObjectAddress
  private let identity: String

  init(to address: ObjectAddress, _ store: ObjectStore) async throws {
    (self.store, self.address) = (store, address)
    let request = try store.request(.post, address, query: [("uploads", "")])
    let document = try XMLReader.read(try await store.response(to: request, "\(address)").body)
    identity = try #require(document["UploadId"])
  }

  func put(_ bytes: [UInt8], number: Int) async throws {
    let request = try store.request(
      .put, address, query: [("partNumber", "\(number)"), ("uploadId", identity)], body: .bytes(bytes),
      BodyDigests(of: bytes), contentType: "application/octet-stream")
    _ = try await store.response(to: request, "\(address)")
  }
}

/// The parts of bytes, numbered from 1.
func numberedParts(of bytes: [UInt8], each count: Int) -> [(number: Int, bytes: [UInt8])] {
  stride(from: 0, to: bytes.count, by: count).enumerated().map { place, start in
    (place + 1, Array(bytes[start..<min(bytes.count, start + count)]))
  }
}

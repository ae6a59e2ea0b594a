import HTTPTypes
import NPUSimulator
import NPUTransport
import TestSupport
import Testing

@testable import NPUStorage

@Suite("An upload in parts that was left")
struct LeftUploadTests {
  /// Six parts of 1,500 bytes, the last one shorter.
  private static let content = (0..<8900).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ ($0 >> 8)) }
  private static let address = ObjectAddress(bucket: "batch", key: "out/a b+é")

  /// The numbers of the parts that were sent, in their order.
  private static func sent(_ simulator: Simulator) -> [Int] {
    simulator.requests.filter { $0.method == "PUT" }.compactMap { request in
      request.path.split(separator: "partNumber=").last?.split(separator: "&").first.flatMap { Int($0) }
    }
  }

  /// Begins an upload and puts some parts of the content.
  @discardableResult
  private static func leave(
    _ numbers: [Int], to address: ObjectAddress = address, _ store: ObjectStore
  ) async throws -> UploadByHand {
    let upload = try await UploadByHand(to: address, store)
    for part in numberedParts(of: content, each: 1500) where numbers.contains(part.number) {
      try await upload.put(part.bytes, number: part.number)
    }
    return upload
  }

  @Test(
    "is gone on with: only what is missing is sent",
    arguments: [[], [1], [1, 2, 3], [6], [2, 5], [1, 2, 3, 4, 5, 6]], [1, 4, 1000])
  func missing(kept: [Int], page: Int) async throws {
    try await withStore({ $0.pageSize = page }) { store, simulator in
      try await Self.leave(kept, store)
      try await TemporaryFile.with(Self.content) { path in
        let put = try await store.upload(path, to: Self.address, resumes: true)
        #expect(put.etag.hasSuffix("-6"))
        let missing = (1...6).filter { !kept.contains($0) }
        #expect(Self.sent(simulator).dropFirst(kept.count) == missing[...])
        #expect(simulator.objects(in: "batch") == [Self.address.key: Self.content])
        #expect(simulator.unfinishedUploads == 0)
      }
    }
  }

  /// A part that is none of the file.
  enum Stranger: CaseIterable { case otherBytes, shorter, longerLast, beyond }

  @Test("with a part of anything else is given up, and begun anew", arguments: Stranger.allCases)
  func strangers(stranger: Stranger) async throws {
    try await withStore { store, simulator in
      let upload = try await Self.leave([1, 2], store)
      switch stranger {
      case .otherBytes: try await upload.put(Array(repeating: 7, count: 1500), number: 3)
      case .shorter: try await upload.put(Array(Self.content[3000..<4499]), number: 3)
      case .longerLast: try await upload.put(Array(Self.content[7500...]) + [0], number: 6)
      case .beyond: try await upload.put([1], number: 7)
      }
      try await TemporaryFile.with(Self.content) { path in
        try await store.upload(path, to: Self.address, resumes: true)
        #expect(Self.sent(simulator).dropFirst(3) == [1, 2, 3, 4, 5, 6])
        #expect(simulator.objects(in: "batch") == [Self.address.key: Self.content])
        #expect(simulator.unfinishedUploads == 0)
      }
    }
  }

  @Test("is the one with the most parts; others to the object are given up, and those to other objects are not")
  func several() async throws {
    try await withStore { store, simulator in
      let other = ObjectAddress(bucket: "batch", key: Self.address.key + ".bak")
      try await Self.leave([1, 2, 3, 4, 5], to: other, store)
      try await Self.leave([1, 2], store)
      try await Self.leave([1, 2, 3, 4], store)
      try await Self.leave([5, 6], store)
      let before = Self.sent(simulator).count
      try await TemporaryFile.with(Self.content) { path in
        try await store.upload(path, to: Self.address, resumes: true)
        #expect(Self.sent(simulator).dropFirst(before) == [5, 6])
        #expect(simulator.unfinishedUploads == 1)
        try await store.upload(path, to: other, resumes: true)
        #expect(Self.sent(simulator).dropFirst(before) == [5, 6, 6])
        #expect(simulator.unfinishedUploads == 0)
      }
    }
  }

  @Test("is not looked at by an upload that does not resume")
  func unasked() async throws {
    try await withStore { store, simulator in
      try await Self.leave([1, 2], store)
      try await TemporaryFile.with(Self.content) { path in
        try await store.upload(path, to: Self.address)
        #expect(Self.sent(simulator).dropFirst(2) == [1, 2, 3, 4, 5, 6])
        #expect(simulator.unfinishedUploads == 1)
      }
    }
  }

  @Test("by what may pass stays, and the next one sends what is missing", arguments: [false, true])
  func broken(isCancelled: Bool) async throws {
    try await withStore(failures: [.init(.slowDown, method: "PUT", after: 2, times: 2)]) { store, simulator in
      var store = store
      store.configuration.retries.count = 1
      let patient = store
      if isCancelled { store.onRetry = { _ in unsafe withUnsafeCurrentTask { unsafe $0?.cancel() } } }
      let asked = store
      try await TemporaryFile.with(Self.content) { path in
        let first = Task { _ = try await asked.upload(path, to: Self.address, resumes: true) }
        let failure = await first.result
        if isCancelled {
          #expect(throws: CancellationError.self) { try failure.get() }
        } else {
          let error = #expect(throws: StorageError.self) { try failure.get() }
          #expect(error?.code == "SlowDown")
        }
        #expect(simulator.unfinishedUploads == 1)
        let before = Self.sent(simulator).count
        try await patient.upload(path, to: Self.address, resumes: true)
        // The store is out of order twice; one of the two may be left.
        let missing = isCancelled ? [3, 3, 4, 5, 6] : [3, 4, 5, 6]
        #expect(Self.sent(simulator).dropFirst(before) == missing[...])
        #expect(simulator.objects(in: "batch") == [Self.address.key: Self.content])
        #expect(simulator.unfinishedUploads == 0)
      }
    }
  }

  @Test("by what does not pass is given up")
  func refused() async throws {
    try await withStore({ $0.leastPartBytes = 2000 }) { store, simulator in
      try await TemporaryFile.with(Self.content) { path in
        let error = await #expect(throws: StorageError.self) {
          try await store.upload(path, to: Self.address, resumes: true)
        }
        #expect(error?.code == "EntityTooSmall")
        #expect(simulator.unfinishedUploads == 0)
      }
    }
  }

  private static let oldUpload = """
    <ListMultipartUploadsResult><Upload><Key>a</Key><UploadId>old</UploadId></Upload></ListMultipartUploadsResult>
    """
  private static let longIdentity = String(repeating: "i", count: 2000)

  /// What a store says of the uploads to `a`, and of the parts of one; a number is a status.
  private static let oddities: [(uploads: String, parts: String)] = [
    ("403", ""), ("500", ""), ("501", ""), ("503", ""), ("", ""), ("no document", ""), ("<Other/>", ""),
    ("<ListMultipartUploadsResult><Upload/><Upload><Key>a</Key></Upload></ListMultipartUploadsResult>", ""),
    (oldUpload.replacing("old", with: longIdentity), ""),
    (oldUpload, "404"), (oldUpload, "403"), (oldUpload, "<ListPartsResult>"), (oldUpload, "<Other/>"),
    (oldUpload, "<ListPartsResult><Part/></ListPartsResult>"),
    (oldUpload, list(number: "-9223372036854775808", size: "1500")), (oldUpload, list(number: "1", size: "-1")),
    (oldUpload, list(number: "99999999999999999999", size: "1500")),
    (oldUpload, list(number: "1", size: "1500", more: "<IsTruncated>true</IsTruncated>")),
    (oldUpload, list(number: "1", size: "1500", more: truncated(at: "1"))),
    (oldUpload, list(number: "1", size: "1500", more: truncated(at: "9223372036854775807"))),
    (oldUpload, "<ListPartsResult>\(truncated(at: "1"))</ListPartsResult>"), (oldUpload, "503"),
    (oldUpload, list(number: "1", size: "1500", more: String(repeating: smallPart, count: 10_000))),
  ]
  private static let smallPart = "<Part><PartNumber>1</PartNumber><Size>1</Size></Part>"

  private static func list(number: String, size: String, more: String = "") -> String {
    "<ListPartsResult><Part><PartNumber>\(number)</PartNumber><Size>\(size)</Size></Part>\(more)</ListPartsResult>"
  }

  private static func truncated(at part: String) -> String {
    "<IsTruncated>true</IsTruncated><NextPartNumberMarker>\(part)</NextPartNumberMarker>"
  }

  @Test("of which the store tells nothing or nonsense is begun anew", arguments: oddities)
  func nonsense(uploads: String, parts: String) async throws {
    let requests = try await Self.upload(uploads: uploads, parts: parts)
    let sent = requests.filter { $0.head.method == .put }
    #expect(sent.count == 6 && sent.allSatisfy { $0.head.path?.contains("uploadId=new") == true })
    #expect(requests.count <= 12)
    let hasOld = !parts.isEmpty
    #expect(requests.contains { $0.head.method == .delete } == hasOld)
  }

  @Test("is known in documents of either name", arguments: ["Result", "Response"])
  func names(ending: String) async throws {
    let tag = "<ETag>\(BodyDigests(of: Array(Self.content[..<1500])).md5Text)</ETag></Part>"
    let parts = Self.list(number: "1", size: "1500").replacing("</Part>", with: tag)
    let requests = try await Self.upload(
      uploads: Self.oldUpload.replacing("UploadsResult", with: "Uploads" + ending),
      parts: parts.replacing("PartsResult", with: "Parts" + ending), ending: ending)
    let sent = requests.filter { $0.head.method == .put }
    #expect(sent.count == 5 && sent.allSatisfy { $0.head.path?.contains("uploadId=old") == true })
  }

  /// The requests of an upload to a store that says what it is told to.
  private static func upload(
    uploads: String, parts: String, ending: String = "Result"
  ) async throws -> [TransferRequest] {
    @Sendable func steps(_ text: String) -> [ScriptedTransport.Step] {
      let status = Int(text) ?? 200
      return [.head(status: status, contentType: "application/xml"), .body(status == 200 ? text : "")]
    }
    let transport = ScriptedTransport { request in
      let path = request.head.path ?? ""
      switch request.head.method {
      case .get: return steps(path.contains("uploads=") ? uploads : parts)
      case .put: return [.head(HTTPResponse(status: .ok, headerFields: [.eTag: "\"t\""]))]
      case .delete: return [.head(HTTPResponse(status: .noContent))]
      default:
        return steps(
          path.contains("uploads=")
            ? "<InitiateMultipartUploadResult><UploadId>new</UploadId></InitiateMultipartUploadResult>"
            : "<CompleteMultipartUpload\(ending)><ETag>t</ETag></CompleteMultipartUpload\(ending)>")
      }
    }
    var configuration = try ObjectStoreConfiguration(
      "http://127.0.0.1:9", region: "us-east-1", accessKey: "key", secretKey: "secret")
    (configuration.multipartThreshold, configuration.partBytes) = (4000, 1500)
    configuration.retries = StorageRetries(count: 0)
    let store = ObjectStore(configuration, over: transport)
    try await TemporaryFile.with(content) { path in
      _ = try await store.upload(path, to: ObjectAddress(bucket: "batch", key: "a"), resumes: true)
    }
    return transport.requests
  }
}

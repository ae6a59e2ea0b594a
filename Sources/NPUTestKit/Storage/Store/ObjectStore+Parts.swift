internal import HTTPTypes
internal import NPUBase
internal import NPUDigest
internal import NPUTransport

/// Uploads in parts.
extension ObjectStore {
  /// Writes a file to an object, one part after another, each held in memory while it is sent.
  func uploadParts(
    _ path: String, size: Int64, to address: ObjectAddress, contentType: String, resumes: Bool
  ) async throws -> StoredObject {
    guard let plan = PartPlan(size: size, partBytes: configuration.partBytes) else {
      throw StorageError(
        kind: .tooLarge,
        message:
          "\(path) has \(size) bytes, more than \(PartPlan.most) parts of \(configuration.partBytes); make the parts "
          + "larger")
    }
    let left = try await resumes ? leftUpload(path, plan, address) : nil
    let upload =
      if let left { left } else { LeftUpload(identity: try await beginUpload(address, contentType)) }
    do {
      let file = try Self.local { () throws(FileError) in try File(readingRegular: path) }
      var parts: [String] = []
      var digest = MD5Digest()
      for number in 1...plan.count {
        let bytes = try Self.local { () throws(FileError) in try file.read(exactly: plan.length(of: number)) }
        let digests = BodyDigests(of: bytes)
        digest.add(digests.md5)
        if let tag = upload.tags[number], ObjectTag(tag).proves(digests.md5Text) {
          parts.append(tag)
        } else {
          parts.append(try await putPart(bytes, digests, number: number, of: upload.identity, address))
        }
      }
      return try await completeUpload(parts, digest.text, size: size, upload.identity, address)
    } catch {
      if !resumes || !Self.mayPass(error) { await abortUpload(upload.identity, address) }
      throw error
    }
  }

  /// Whether the same upload may go on later.
  private static func mayPass(_ error: any Error) -> Bool {
    error is CancellationError || (error as? StorageError)?.isTransient == true
  }

  static func isIdentity(_ text: String) -> Bool { !text.isEmpty && text.utf8.count <= 1024 }

  /// Has the store keep parts for an object.
  ///
  /// - Returns: The identity of the upload.
  private func beginUpload(_ address: ObjectAddress, _ contentType: String) async throws -> String {
    let request = try self.request(.post, address, query: [("uploads", "")], contentType: contentType)
    let what = "the beginning of an upload to \(address)"
    return try await retrying {
      let document = try document(try await response(to: request, what).body, what)
      guard let identity = document["UploadId"], Self.isIdentity(identity) else {
        throw unexpected(document.name, what)
      }
      return identity
    }
  }

  /// - Returns: The tag of the part.
  private func putPart(
    _ bytes: [UInt8], _ digests: BodyDigests, number: Int, of upload: String, _ address: ObjectAddress
  ) async throws -> String {
    let request = try self.request(
      .put, address, query: [("partNumber", "\(number)"), ("uploadId", upload)], body: .bytes(bytes), digests,
      contentType: "application/octet-stream")
    return try await retrying {
      let head = try await response(to: request, "part \(number) of \(address)").head
      try check(head, address, md5: digests.md5Text)
      let tag = ObjectTag(head.headerFields[.eTag] ?? "").text
      guard !tag.isEmpty else {
        throw StorageError(kind: .malformedResponse, message: "part \(number) of \(address) got no tag from the store")
      }
      return tag
    }
  }

  private func completeUpload(
    _ parts: [String], _ md5: String, size: Int64, _ upload: String, _ address: ObjectAddress
  ) async throws -> StoredObject {
    var body = "<CompleteMultipartUpload>"
    for (index, tag) in parts.enumerated() {
      body += "<Part><PartNumber>\(index + 1)</PartNumber><ETag>&quot;\(Self.escaped(tag))&quot;</ETag></Part>"
    }
    let bytes = Array((body + "</CompleteMultipartUpload>").utf8)
    let request = try self.request(
      .post, address, query: [("uploadId", upload)], body: .bytes(bytes),
      BodyDigests(of: bytes), contentType: "application/xml")
    let what = "the end of the upload to \(address)"
    do {
      return try await retrying {
        let response = try await response(to: request, what)
        // Stores begin to answer before they are done, and then only the body can tell of a failure.
        guard try document(response.body, what).name != "Error" else {
          throw StorageError(response: response.head, body: response.body, to: what, redactor: configuration.redactor)
        }
        let result = try document(response.body, what, of: "CompleteMultipartUpload")
        let tag = ObjectTag(result["ETag"] ?? "")
        if configuration.checksETag, !Self.hasOwnKey(response.head), tag.contradicts(md5, parts: parts.count) {
          throw StorageError(
            kind: .integrity,
            message: "\(address): the tag of the whole is \(tag.text), and that of its parts \(md5)-\(parts.count)")
        }
        return StoredObject(key: address.key, size: size, etag: tag.text)
      }
    } catch let error as StorageError where error.code == "NoSuchUpload" {
      // The response to an earlier try may have been lost.
      if let found = try await facts(of: address), found.size == size,
        !ObjectTag(found.etag).contradicts(md5, parts: parts.count)
      {
        return found
      }
      throw error
    }
  }

  /// Has the store forget the parts, also where this task was cancelled.
  private func abortUpload(_ upload: String, _ address: ObjectAddress) async {
    guard let request = try? self.request(.delete, address, query: [("uploadId", upload)]) else { return }
    await Task { [self] in _ = try? await response(to: request, "\(address)") }.value
  }

  private static func escaped(_ text: String) -> String {
    text.map { character in
      switch character {
      case "&": "&amp;"
      case "<": "&lt;"
      case ">": "&gt;"
      default: String(character)
      }
    }.joined()
  }
}

import HTTPTypes
internal import NPUBase
import NPUMetrics
internal import NPUTransport

/// An image that was written to a file.
public struct SavedImage: Sendable, Hashable {
  /// Where it lies.
  public var path: String
  /// Bytes of the file.
  public var byteCount: Int
  /// The format that its first bytes show.
  public var format: ImageFormat

  /// Describes a file.
  public init(path: String, byteCount: Int, format: ImageFormat) {
    self.path = path
    self.byteCount = byteCount
    self.format = format
  }
}

extension ImageClient {
  /// Asks for images and writes them to files, an image that is the whole response while it arrives.
  ///
  /// Of such a response no more than some 256 KiB are in memory at a time. It is checked as far as its structure and its
  /// size go. JSON and archives have to be taken apart, so they pass through memory, within the limits of
  /// the service and those on archives. An error leaves no file of this call behind.
  ///
  /// - Parameters:
  ///   - request: What to ask.
  ///   - folder: Where the files go; it must exist.
  ///   - name: What the names of the files begin with; a number follows where there are several.
  /// - Returns: The files, in the order of the images.
  /// - Throws: ``ServiceError``; `CancellationError`.
  public func save(_ request: ImageRequest, in folder: String, named name: String) async throws -> [SavedImage] {
    let exchange = ServiceExchange(transport: transport, request: try transferRequest(for: request))
    do {
      let response = try await transport.stream(exchange.request)
      var body = response.body.makeAsyncIterator()
      var head: [UInt8] = []
      while head.count < 64, let chunk = try await body.next() { head += chunk.bytes }
      if response.head.status.kind == .successful, let signature = FileSignature(of: head),
        let format = ImageFormat(signature), let walk = ImageFileWalk(signature)
      {
        let path = "\(folder)/\(name).\(format)"
        let file = try await stream(head, body, to: path, format, walk, request.expectation)
        return [file]
      }
      while let chunk = try await body.next() { head += chunk.bytes }
      let whole = TransferResponse(head: response.head, body: head)
      return try write(
        try await answer(to: whole, of: exchange, request.expectation).images, in: folder, named: name)
    } catch let error as CancellationError {
      throw error
    } catch {
      throw ServiceError(wrapping: error, request: exchange.name)
    }
  }

  private func stream(
    _ head: [UInt8], _ body: BodyChunks.Iterator, to path: String, _ format: ImageFormat, _ walk: ImageFileWalk,
    _ expectation: ImageExpectation
  ) async throws -> SavedImage {
    var (body, walk) = (body, walk)
    do {
      let file = try create(path)
      var count = 0
      func add(_ bytes: [UInt8]) throws {
        try append(bytes, to: file)
        count += bytes.count
        do throws(ImageFileError) { try walk.take(bytes.span) } catch { throw ServiceError(error) }
      }
      try add(head)
      while let chunk = try await body.next() {
        try add(chunk.bytes)
      }
      let info: ImageFileInfo
      do throws(ImageFileError) { info = try walk.finish() } catch { throw ServiceError(error) }
      if checksResponses { try expectation.check([GeneratedImage(bytes: [], info: info, header: nil)]) }
      return SavedImage(path: path, byteCount: count, format: format)
    } catch {
      File.remove(path)
      throw error
    }
  }

  private func write(_ images: [GeneratedImage], in folder: String, named name: String) throws -> [SavedImage] {
    var saved: [SavedImage] = []
    do {
      for (index, image) in images.enumerated() {
        let format = image.format ?? .png
        let path = "\(folder)/\(name)\(images.count == 1 ? "" : "-\(index)").\(format)"
        let file = try create(path)
        saved.append(SavedImage(path: path, byteCount: image.bytes.count, format: format))
        try append(image.bytes, to: file)
      }
    } catch {
      for file in saved { File.remove(file.path) }
      throw error
    }
    return saved
  }
}

/// A file that an image is written to.
private func create(_ path: String) throws(ServiceError) -> File {
  do throws(FileError) { return try File(creating: path, replacing: true, for: .everyone) } catch {
    throw ServiceError(error)
  }
}

private func append(_ bytes: [UInt8], to file: borrowing File) throws(ServiceError) {
  do throws(FileError) { try file.write(bytes) } catch { throw ServiceError(error) }
}

extension ServiceError {
  fileprivate init(_ error: ImageFileError) {
    self.init(kind: .damagedMedia, message: error.message, underlying: error)
  }

  fileprivate init(_ error: FileError) {
    self.init(
      kind: .invalidRequest, message: "the file \(error); check its folder and the space on the disk",
      underlying: error)
  }
}

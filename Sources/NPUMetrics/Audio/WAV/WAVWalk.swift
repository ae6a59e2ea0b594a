/// One pass over the chunks of a WAV file.
struct WAVWalk {
  /// How many notices of missing padding and of chunks beyond the end are kept.
  private static let noticeLimit = 16

  private struct Data {
    var range: Range<Int>
    var declared: UInt64
    var size: WAVFile.DataSize
  }

  private let start: Int
  private let container: WAVFile.Container
  private let declaredSize: UInt32
  private var position: Int
  private var format: WAVFormat?
  private var data: Data?
  private var sizes64: (file: UInt64, data: UInt64)?
  private var factFrames: UInt64?
  private var notices: [WAVNotice] = []
  private var furtherData = 0
  private var nextFile: Int?
  private var end: Int
  private var done = false

  /// Begins at the header of a file.
  init(_ bytes: Span<UInt8>, from start: Int) throws(AudioError) {
    let container = bytes.chunkID(at: start).flatMap { WAVFile.Container($0) }
    guard let container, bytes.count - start >= 12, let size = bytes.unsigned32(at: start + 4),
      bytes.chunkID(at: start + 8) == .wave
    else { throw .notWAV(bytes.extracting(start...)) }
    self.start = start
    self.container = container
    declaredSize = size
    position = start + 12
    end = bytes.count
  }

  /// Visits every chunk up to the end or the next file.
  mutating func run(_ bytes: Span<UInt8>) throws(AudioError) {
    while !done, position < bytes.count {
      guard let id = bytes.chunkID(at: position), let size = bytes.unsigned32(at: position + 4), id.isPlausible else {
        notices.append(.trailingBytes(bytes.count - position))
        return
      }
      if id.beginsFile, bytes.chunkID(at: position + 8) == .wave {
        finish(before: position)
        return
      }
      try visit(id, body: position + 8, size: size, of: bytes)
    }
  }

  private mutating func visit(
    _ id: WAVChunkID, body: Int, size: UInt32, of bytes: Span<UInt8>
  ) throws(AudioError) {
    let left = bytes.count - body
    if id == .data {
      visitData(body: body, size: size, of: bytes)
      return
    }
    let fits = Int(size) <= left
    let chunk = bytes.extracting(body..<body + Swift.min(Int(size), left))
    if !fits { note(.chunkBeyondEnd(chunk: id.text, declared: UInt64(size), available: left)) }
    switch id {
    case .format where format == nil:
      format = try WAVFormat(parsing: chunk)
      if data != nil { notices.append(.dataBeforeFormat) }
    case .fact: factFrames = chunk.unsigned32(at: 0).map { UInt64($0) }
    case .sizes64:
      if let file = chunk.littleEndian(at: 0, bytes: 8), let data = chunk.littleEndian(at: 8, bytes: 8) {
        sizes64 = (file, data)
      }
    default: break
    }
    done = !fits
    if fits { position = nextChunk(after: body + Int(size), odd: size % 2 == 1, id: id, bytes) }
  }

  private mutating func visitData(body: Int, size: UInt32, of bytes: Span<UInt8>) {
    let left = bytes.count - body
    let declared = size == .max ? sizes64?.data ?? UInt64(size) : UInt64(size)
    // Further data chunks are only counted: a 0 there is taken as it stands.
    let isPlaceholder = declared == 0 && left > 0 && data == nil && !bytes.holdsChunksToTheEnd(from: body)
    let isOpen = declared > UInt64(left) || isPlaceholder
    // A value of 64 bits that does not fit is above what is left, so the conversion cannot fail.
    var range = body..<(isOpen ? bytes.count : body + Int(declared))
    if isOpen, let header = bytes.firstHeader(from: body) {
      range = body..<header
      finish(before: header)
    }
    if data == nil {
      data = Data(range: range, declared: declared, size: isOpen ? Self.cause(of: declared) : .declared)
    } else {
      furtherData += range.count
    }
    done = isOpen
    if !isOpen { position = nextChunk(after: range.upperBound, odd: declared % 2 == 1, id: .data, bytes) }
  }

  private mutating func finish(before next: Int) {
    nextFile = next
    end = next
    notices.append(.anotherFile(offset: next))
    done = true
  }

  private mutating func note(_ notice: WAVNotice) {
    if notices.count < Self.noticeLimit { notices.append(notice) }
  }

  /// The next chunk, with padding unless the writer forgot it.
  private mutating func nextChunk(after end: Int, odd: Bool, id: WAVChunkID, _ bytes: Span<UInt8>) -> Int {
    guard odd else { return end }
    if let padded = bytes.chunkID(at: end + 1), padded.isKnown { return end + 1 }
    if let unpadded = bytes.chunkID(at: end), unpadded.isKnown {
      note(.missingPadding(chunk: id.text))
      return end
    }
    return end + 1
  }

  /// Whether a size that is not true is one that writers use before they know it.
  ///
  /// The greatest 32-bit numbers, with or without sign, less a header; 0; and 2,000,000,000.
  private static func cause(of declared: UInt64) -> WAVFile.DataSize {
    let placeholders: [ClosedRange<UInt64>] = [
      0...0, 2_000_000_000...2_000_000_000, 0x7FFF_0000...0x8000_0000, 0xFFFF_0000...0xFFFF_FFFF,
      0x7FFF_FFFF_FFFF_0000...0x8000_0000_0000_0000, 0xFFFF_FFFF_FFFF_0000...0xFFFF_FFFF_FFFF_FFFF,
    ]
    return placeholders.contains { $0.contains(declared) } ? .placeholder : .truncated
  }
}

extension WAVWalk {
  /// What was found.
  func file() throws(AudioError) -> WAVFile {
    guard let data else {
      throw AudioError(
        kind: .noData,
        message: "There is no data chunk in the \(end - start) bytes of the \(container.rawValue) file"
          + "\(format == nil ? ", nor a fmt chunk" : ""); the response was cut before its audio.")
    }
    guard let format else {
      throw AudioError(
        kind: .noFormat,
        message:
          "There are \(data.range.count) bytes of data but no fmt chunk in the \(end - start) bytes of the file; "
          + "their rate and encoding are unknown.")
    }
    var notices = notices
    let rest = data.range.count % format.bytesPerFrame
    let range = data.range.lowerBound..<data.range.upperBound - rest
    let frames = range.count / format.bytesPerFrame
    switch data.size {
    case .declared: break
    case .placeholder: notices.append(.dataSizePlaceholder(declared: data.declared, actual: data.range.count))
    case .truncated: notices.append(.dataCutShort(declared: data.declared, actual: data.range.count))
    }
    if rest > 0 { notices.append(.partialFrame(bytes: rest)) }
    if furtherData > 0 { notices.append(.furtherData(bytes: furtherData)) }
    if format.declaredBlockAlign != format.bytesPerFrame {
      notices.append(.blockAlign(declared: format.declaredBlockAlign, computed: format.bytesPerFrame))
    }
    let byteRate = format.bytesPerFrame * format.sampleRate
    if format.declaredByteRate != byteRate {
      notices.append(.byteRate(declared: format.declaredByteRate, computed: byteRate))
    }
    if let factFrames, factFrames != UInt64(frames) {
      notices.append(.factFrames(declared: factFrames, actual: frames))
    }
    let declared = declaredSize == .max ? sizes64?.file ?? UInt64(declaredSize) : UInt64(declaredSize)
    // Writers disagree on whether the padding of the last chunk counts.
    let actual = end - start - 8
    if declared != UInt64(actual), declared &+ 1 != UInt64(actual), declared != UInt64(actual) + 1 {
      notices.append(.containerSize(declared: declared, actual: actual))
    }
    return WAVFile(
      container: container, format: format, dataRange: range, dataSize: data.size, notices: notices,
      nextFile: nextFile)
  }
}

extension WAVFile.Container {
  init?(_ id: WAVChunkID) {
    switch id {
    case .riff: self = .riff
    case .rf64: self = .rf64
    case .bw64: self = .bw64
    default: return nil
    }
  }
}

extension AudioError {
  /// The error for bytes that do not begin as a WAV file.
  static func notWAV(_ bytes: Span<UInt8>) -> AudioError {
    let signature = FileSignature(of: bytes)
    if signature == nil, bytes.count < 12, bytes.isEmpty || bytes.isPrefixOfHeader {
      return AudioError(
        kind: .truncatedHeader,
        message: "The file has \(bytes.count) bytes, fewer than the 12 of a WAV header; the response is empty or cut.")
    }
    var first: [String] = []
    for index in 0..<Swift.min(bytes.count, 8) {
      first.append((bytes[index] < 16 ? "0" : "") + String(bytes[index], radix: 16))
    }
    let what =
      signature.map { "look like \($0.rawValue)" }
      ?? "are of no known format; raw PCM has no header to read a rate from"
    return AudioError(
      kind: .notRIFF,
      message:
        "The bytes (\(bytes.count), beginning \(first.joined(separator: " "))) \(what). Ask the service for WAV.",
      signature: signature)
  }
}

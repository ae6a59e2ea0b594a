/// Decodes one PNG file from its first chunk to its last.
///
/// What is refused and what is only warned of follows libpng 1.6.39 with its default settings; ``PNGImage`` says where
/// it does not.
struct PNGDecoder {
  private var reader: PNGChunkReader
  private let info: PNGInfo
  private var palette = PNGPalette()
  private var warnings: [PNGWarning] = []

  /// A deflate stream grows to at most 1032 times its size: 258 bytes for two bits.
  private static let greatestExpansion = 1032

  private init(bytes: [UInt8], limits: PNGLimits) throws(PNGError) {
    reader = try PNGChunkReader(bytes: bytes)
    info = try PNGInfo(reader: &reader)
    try limits.check(info)
  }

  static func decode(_ bytes: [UInt8], limits: PNGLimits) throws(PNGError) -> PNGImage {
    var decoder = try PNGDecoder(bytes: bytes, limits: limits)
    let first = try decoder.readUntilImageData()
    try decoder.checkSize()
    guard let stream = InflateStream(.zlib) else { throw .noMemoryForCompression }
    var data = PNGImageData(first: first, reader: decoder.reader, stream: stream)
    try data.start()
    let samples = try decoder.readSamples(from: &data)
    try data.finish()
    decoder.reader = data.reader
    decoder.warnings += data.warnings
    try decoder.readUntilEnd()
    return PNGImage(info: decoder.info, warnings: decoder.warnings, palette: decoder.palette, packedSamples: samples)
  }

  /// Reads what stands before the image data, and returns its first chunk.
  private mutating func readUntilImageData() throws(PNGError) -> PNGChunk {
    while true {
      let chunk = try reader.next()
      switch chunk.type {
      case .idat:
        guard info.colorType != .palette || palette.hasSeenPalette else {
          throw PNGError(
            kind: .chunkOrder, message: "The pixels are indices, but no PLTE stands before IDAT.", offset: chunk.offset)
        }
        return chunk
      case .plte:
        if let warning = try palette.readPalette(chunk, of: reader, info: info) { warnings.append(warning) }
      case .trns:
        if let warning = palette.readTransparency(chunk, of: reader, info: info) { warnings.append(warning) }
      case .ihdr:
        throw PNGError(kind: .chunkOrder, message: "There is a second IHDR.", offset: chunk.offset)
      case .iend:
        throw PNGError(kind: .chunkOrder, message: "The file ends (IEND) without image data.", offset: chunk.offset)
      default:
        guard chunk.type.isAncillary else {
          throw PNGError(
            kind: .unknownCriticalChunk,
            message: "Chunk \(chunk.type) is unknown and says that the image cannot be understood without it.",
            offset: chunk.offset)
        }
        warnIfDamaged(chunk)
      }
    }
  }

  /// Reads what stands behind the image data; nothing of it can change the pixels any more.
  private mutating func readUntilEnd() throws(PNGError) {
    while true {
      let chunk = try reader.next()
      switch chunk.type {
      case .iend: return
      case .ihdr: throw PNGError(kind: .chunkOrder, message: "There is a second IHDR.", offset: chunk.offset)
      case .idat where chunk.data.isEmpty: continue
      case let type where type == .plte || type == .trns || type == .idat || !type.isAncillary:
        warnings.append(
          PNGWarning(message: "\(type) was ignored: it stands behind the image data.", offset: chunk.offset))
      default: warnIfDamaged(chunk)
      }
    }
  }

  private mutating func warnIfDamaged(_ chunk: PNGChunk) {
    guard !chunk.isIntact else { return }
    warnings.append(
      PNGWarning(message: "\(chunk.type) was ignored: its checksum does not match.", offset: chunk.offset))
  }

  /// Refuses an image that the rest of the file cannot hold, before memory is asked for.
  private func checkSize() throws(PNGError) {
    var needed = 0
    for pass in passes { needed += (info.rowBytes(width: pass.width) + 1) * pass.height }
    guard needed / Self.greatestExpansion <= reader.bytes.count else {
      throw PNGError(
        kind: .notEnoughImageData,
        message:
          "The image of \(info.width)x\(info.height) takes \(needed) bytes, but a file of \(reader.bytes.count) "
          + "bytes cannot hold that many.", offset: PNGInfo.sizeOffset)
    }
  }

  /// The sizes of the parts that the image data is made of.
  private var passes: [(width: Int, height: Int)] {
    guard info.isInterlaced else { return [(info.width, info.height)] }
    return PNGInterlacePass.all.map { ($0.width(in: info.width), $0.height(in: info.height)) }
      .filter { $0.width > 0 && $0.height > 0 }
  }

  /// The rows of the image as they stand in the file, without filters and passes.
  private func readSamples(from data: inout PNGImageData) throws(PNGError) -> [UInt8] {
    let rowBytes = info.rowBytes(width: info.width)
    let count = rowBytes * info.height
    let rows = PNGRows(rowBytes: rowBytes, height: info.height, filterDistance: info.filterDistance)
    var failure: PNGError?
    let samples = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
      guard let target = buffer.baseAddress else { return }
      do throws(PNGError) {
        if info.isInterlaced {
          unsafe target.initialize(repeating: 0, count: count)
          try unsafe readPasses(from: &data, into: target)
        } else {
          try unsafe rows.decode(from: &data, into: target)
        }
        initialized = count
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    return samples
  }

  private func readPasses(from data: inout PNGImageData, into target: UnsafeMutablePointer<UInt8>) throws(PNGError) {
    for pass in PNGInterlacePass.all {
      let width = pass.width(in: info.width)
      let height = pass.height(in: info.height)
      guard width > 0, height > 0 else { continue }
      let rows = PNGRows(
        rowBytes: info.rowBytes(width: width), height: height, filterDistance: info.filterDistance)
      let buffer = UnsafeMutablePointer<UInt8>.allocate(capacity: rows.rowBytes * height)
      defer { unsafe buffer.deallocate() }
      try unsafe rows.decode(from: &data, into: buffer)
      unsafe pass.scatter(buffer, into: target, info: info)
    }
  }
}

extension Span<UInt8> {
  /// The four characters at an offset, nil beyond the end.
  func chunkID(at offset: Int) -> WAVChunkID? {
    unsigned32(at: offset).map { WAVChunkID($0) }
  }

  /// Whether the bytes are what is there of the first twelve of a WAV file.
  var isPrefixOfHeader: Bool {
    let names: [StaticString] = ["RIFF", "RF64", "BW64"]
    return names.contains { name in
      name.withUTF8Buffer { characters in
        for index in 0..<Swift.min(count, 4) where unsafe self[index] != characters[index] { return false }
        return true
      }
    }
  }

  /// Whether well-formed chunks, or another file, fill the bytes from an offset to the end.
  ///
  /// Samples do not: four printable characters and a size that leads to four more, up to the very end. A chain of 64
  /// is proof enough, and keeps the time linear for input made to be slow.
  func holdsChunksToTheEnd(from offset: Int) -> Bool {
    var position = offset
    for _ in 0..<64 where position < count {
      guard let id = chunkID(at: position), id.isPlausible, let size = unsigned32(at: position + 4) else {
        return false
      }
      if id.beginsFile, chunkID(at: position + 8) == .wave { return true }
      guard Int(size) <= count - position - 8 else { return false }
      position += 8 + Int(size) + Int(size % 2)
    }
    return true
  }

  /// The offset of the next header of a WAV file at or after an offset.
  ///
  /// Twelve bytes have to match, 8 of them beside the size: in samples, that happens once in 10^19 places.
  func firstHeader(from offset: Int) -> Int? {
    guard count >= 12 else { return nil }
    var position = offset
    while position <= count - 12 {
      let first = self[position]
      if first == UInt8(ascii: "R") || first == UInt8(ascii: "B"), let id = chunkID(at: position), id.beginsFile,
        chunkID(at: position + 8) == .wave
      {
        return position
      }
      position += 1
    }
    return nil
  }
}

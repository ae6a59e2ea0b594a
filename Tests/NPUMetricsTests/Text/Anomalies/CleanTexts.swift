import Foundation
import NPUMetrics

/// A text with nothing wrong in it, and what asked for it.
struct CleanText: Sendable {
  var source: String
  var prompt: String
  var text: String
}

/// Clean texts that are made here: sentences in ten languages, code, tables, lists and verse, put together at random.
enum MadeTexts {
  private static let languages: [(prompt: String, sentences: [String])] = [
    (
      "Tell me of the harbour.",
      [
        "The harbour lies open to the north.", "Every morning the boats come back with the tide.",
        "An old crane (built in 1911) still stands on the quay.", "“It never rains for long,” she said.",
        "Costs rose by 3.5 % to €1,200 per metre.", "Nobody knows who painted the lighthouse red.",
      ]
    ),
    (
      "Erzähl mir vom Hafen.",
      [
        "Der Hafen öffnet sich nach Norden.", "Jeden Morgen kehren die Boote mit der Flut zurück.",
        "Größe und Gewicht stehen auf dem Schild.", "„So ist das eben“, sagte er.", "Straßenlärm hört man hier kaum.",
      ]
    ),
    (
      "Parle-moi du port.",
      [
        "Le port s’ouvre vers le nord.", "Chaque matin, les bateaux reviennent avec la marée.",
        "L’été, on y mange des huîtres « à volonté ».", "Où est passée la vieille grue ?", "Ça ne coûte presque rien.",
      ]
    ),
    (
      "Háblame del puerto.",
      [
        "El puerto se abre hacia el norte.", "Cada mañana los barcos vuelven con la marea.",
        "¿Quién pintó el faro de rojo?", "El año pasado llovió muchísimo.", "¡Qué día tan bonito!",
      ]
    ),
    (
      "Расскажи о порте.",
      [
        "Порт открыт на север.", "Каждое утро лодки возвращаются с приливом.", "Старый кран построили в 1911 году.",
        "«Дождь скоро кончится», — сказала она.", "Система Linux работает на сервере уже год.",
      ]
    ),
    (
      "请介绍一下这个港口。",
      [
        "港口朝北敞开。", "每天早晨，渔船随着潮水回来。", "码头上还立着一台1911年造的旧吊车。", "她说：“雨不会下很久。”",
        "服务器使用Linux系统，版本为5.10。", "价格上涨了百分之三点五。",
      ]
    ),
    (
      "港について教えてください。",
      [
        "港は北に向かって開いています。", "毎朝、潮とともに船が戻ってきます。", "古いクレーンは1911年に作られました。",
        "「雨はすぐに止みますよ」と彼女は言った。", "サーバーではLinuxが動いています。",
      ]
    ),
    (
      "항구에 대해 알려 줘.",
      ["항구는 북쪽으로 열려 있다.", "아침마다 배들이 밀물을 타고 돌아온다.", "오래된 크레인은 1911년에 만들어졌다.", "비는 곧 그칠 것이다."]
    ),
    (
      "حدثني عن الميناء.",
      [
        "ينفتح الميناء نحو الشمال.", "تعود القوارب كل صباح مع المد.", "بنيت الرافعة القديمة عام 1911.",
        "قالت: «لن يطول المطر».",
      ]
    ),
    (
      "बंदरगाह के बारे में बताओ।",
      ["बंदरगाह उत्तर की ओर खुलता है।", "हर सुबह नावें ज्वार के साथ लौटती हैं।", "पुरानी क्रेन 1911 में बनी थी।", "बारिश जल्दी रुक जाएगी।"]
    ),
  ]

  /// Some texts, the same for the same seed.
  static func make(_ count: Int, seed: UInt64) -> [CleanText] {
    var generator = SeededGenerator(seed: seed)
    return (0..<count).map { index in
      let language = languages[index % languages.count]
      let length = generator.integer(in: 200...3200)
      switch index / languages.count % 5 {
      case 0:
        return CleanText(source: "prose", prompt: language.prompt, text: prose(language.sentences, length, &generator))
      case 1: return CleanText(source: "code", prompt: "Write a function.", text: code(length, &generator))
      case 2:
        return CleanText(source: "table", prompt: language.prompt, text: table(language.sentences, length, &generator))
      case 3:
        return CleanText(source: "list", prompt: language.prompt, text: list(language.sentences, length, &generator))
      default:
        return CleanText(source: "verse", prompt: language.prompt, text: verse(language.sentences, length, &generator))
      }
    }
  }

  private static func pick<Value>(_ values: [Value], _ generator: inout SeededGenerator) -> Value {
    values[generator.integer(in: 0...(values.count - 1))]
  }

  private static func prose(_ sentences: [String], _ length: Int, _ generator: inout SeededGenerator) -> String {
    var text = ""
    var last = ""
    while text.count < length {
      let sentence = pick(sentences, &generator)
      guard sentence != last else { continue }
      text += sentence + (generator.integer(in: 0...5) == 0 ? "\n\n" : " ")
      last = sentence
    }
    return text
  }

  private static func code(_ length: Int, _ generator: inout SeededGenerator) -> String {
    let lines = [
      "    return None\n", "}\n", "    }\n", "for (int i = 0; i < n; i++) {\n", "#include <stdio.h>\n",
      "    static const int table[] = {0, 0, 0, 0, 0, 0, 0, 0};\n", "    print(\"----------------\")\n",
      "    if x[i] == '\\0' && !done { break }\n", "        # ==========================================\n",
      "let data = \"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"\n", "<td></td><td></td><td></td>\n", "\n",
    ]
    var text = ""
    while text.count < length { text += pick(lines, &generator) }
    return text
  }

  private static func table(_ sentences: [String], _ length: Int, _ generator: inout SeededGenerator) -> String {
    var text = "| n | a | b |\n|---|" + String(repeating: "-", count: generator.integer(in: 3...90)) + "|---:|\n"
    var row = 0
    while text.count < length {
      row += 1
      text += "| \(row) | \(pick(sentences, &generator)) | \(generator.integer(in: 0...1)) |\n"
    }
    return text
  }

  private static func list(_ sentences: [String], _ length: Int, _ generator: inout SeededGenerator) -> String {
    var text = ""
    var item = 0
    while text.count < length {
      item += 1
      text += generator.integer(in: 0...1) == 0 ? "- " : "\(item). "
      text += "**\(item)**: \(pick(sentences, &generator))\n"
    }
    return text
  }

  private static func verse(_ sentences: [String], _ length: Int, _ generator: inout SeededGenerator) -> String {
    let refrain = pick(sentences, &generator)
    var text = ""
    while text.count < length {
      for _ in 0..<3 { text += pick(sentences, &generator) + "\n" }
      text += "La la la la la, " + refrain + "\n" + refrain + "\n\n"
    }
    return text
  }
}

/// Clean texts of the packages that are installed: documents, translated messages, programs.
enum InstalledTexts {
  private static let prompts = [
    "ru": "Расскажи об этом", "uk": "Розкажи про це", "bg": "Разкажи за това", "ja": "これについて教えてください",
    "zh_CN": "请介绍一下这个", "zh_TW": "請介紹一下這個", "ko": "이것에 대해 알려 줘", "el": "Πες μου για αυτό", "he": "הסבר לי את זה",
    "hi": "इसके बारे में बताओ", "ar": "اشرح لي هذا", "th": "อธิบายเรื่องนี้", "ka": "მომიყევი ამის შესახებ",
  ]
  private static let languages = [
    "de", "fr", "es", "it", "pt_BR", "ru", "uk", "ja", "zh_CN", "zh_TW", "ko", "el", "tr", "pl", "nl", "sv", "vi", "cs",
    "he", "hi", "ar", "th", "bg", "ka", "fi", "hu", "id", "ro",
  ]

  /// Whether there is anything to read.
  static var exist: Bool { FileManager.default.fileExists(atPath: "/usr/share/doc") }

  /// Texts of 200 to 3,200 characters, as many as there are up to a limit.
  static func read(_ limit: Int) -> [CleanText] {
    var generator = SeededGenerator(seed: 11)
    var texts: [CleanText] = []
    let sources: [(folder: String, suffix: String)] = [
      ("/usr/share/doc", "copyright"), ("/usr/share/doc", ".txt"), ("/usr/lib/python3", ".py"),
      ("/usr/lib/python3.11", ".py"), ("/usr/lib/python3.13", ".py"), ("/usr/share/perl", ".pm"),
      ("/usr/share/zoneinfo", ".tab"),
    ]
    for source in sources {
      var taken = 0
      for path in files(in: source.folder, source.suffix) where taken < limit / 8 {
        guard let text = try? String(contentsOfFile: path, encoding: .utf8), !text.contains("\u{FFFD}") else {
          continue
        }
        let pieces = cut(text, &generator).map { CleanText(source: path, prompt: "Tell me about it.", text: $0) }
        texts += pieces
        taken += pieces.count
      }
    }
    for language in languages {
      var taken = 0
      for path in files(in: "/usr/share/locale/\(language)/LC_MESSAGES", ".mo") where taken < limit / 40 {
        let pieces = cut(messages(path).joined(separator: "\n"), &generator).map {
          CleanText(source: path, prompt: prompts[language] ?? "Tell me about it.", text: $0)
        }
        texts += pieces
        taken += pieces.count
      }
    }
    return texts.count > limit ? (0..<limit).map { texts[$0 * texts.count / limit] } : texts
  }

  private static func files(in folder: String, _ suffix: String) -> [String] {
    let names = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []
    return names.filter { $0.hasSuffix(suffix) }.sorted().map { folder + "/" + $0 }
  }

  private static func cut(_ text: String, _ generator: inout SeededGenerator) -> [String] {
    var pieces: [String] = []
    var rest = Array(text.unicodeScalars.prefix(200_000))[...]
    while rest.count > 60 {
      let piece = rest.prefix(generator.integer(in: 200...3200))
      rest = rest.dropFirst(piece.count)
      pieces.append(String(String.UnicodeScalarView(piece)))
    }
    return pieces
  }

  /// The translated messages of a catalogue of gettext that are sentences.
  private static func messages(_ path: String) -> [String] {
    guard let data = FileManager.default.contents(atPath: path), data.count >= 28 else { return [] }
    let bytes = Array(data)
    func number(_ at: Int) -> Int {
      guard at >= 0, at + 4 <= bytes.count else { return 0 }
      return (0..<4).reduce(0) { $0 | Int(bytes[at + $1]) << (8 * $1) }
    }
    guard number(0) == 0x9504_12DE else { return [] }
    return (1..<max(2, number(8))).compactMap { index in
      let entry = number(16) + 8 * index
      let (length, start) = (number(entry), number(entry + 4))
      guard length > 30, start + length <= bytes.count else { return nil }
      return String(validating: bytes[start..<(start + length)].prefix { $0 != 0 }, as: UTF8.self)
    }
  }
}

/// The tokens of one text, one after the other: a fixed text, or words drawn by a seed without end.
struct TextSource: Sendable {
  private let fixed: [[UInt8]]
  private let vocabulary: Vocabulary
  private var random: SplitMix64
  private var opensText: Bool
  private var position = 0

  /// - Parameters:
  ///   - fixed: Tokens that come first, in this order.
  ///   - script: The script of the words drawn after them.
  ///   - seed: What decides the words.
  ///   - opensText: Whether the first drawn word stands at the beginning of a text.
  init(fixed: [[UInt8]] = [], script: Script, seed: UInt64, opensText: Bool) {
    self.fixed = fixed
    self.vocabulary = .of(script)
    self.random = SplitMix64(seed: seed)
    self.opensText = opensText && fixed.isEmpty
  }

  /// The next token.
  mutating func next() -> [UInt8] {
    if position < fixed.count {
      position += 1
      return fixed[position - 1]
    }
    let words = opensText ? vocabulary.openers : vocabulary.followers
    opensText = false
    return words[random.index(below: words.count)]
  }
}

/// The words from which responses are made; each is exactly one token of the simulated model.
struct Vocabulary: Sendable {
  /// Words that open a text, without a leading space.
  let openers: [[UInt8]]
  /// Words that follow another, with a leading space.
  let followers: [[UInt8]]

  /// Every token of the script.
  static func of(_ script: Script) -> Vocabulary {
    switch script {
    case .latin: return latin
    case .chinese: return chinese
    case .mixed: return mixed
    }
  }

  private static let words = """
    the of and to in is it for on as with was at by be this have from or one had not but what all were when we there
    can an your which their said if do will each about how up out them then she many some so these would other into has
    more her two like him see time could no make than first been its who now find long down day did get come made may
    part over new sound take only work know place year live me back give most very after thing our just name good
    great think say help low line turn cause much mean move right boy old too same tell does set three want air well
    also play small end put home read hand port large spell add even land here must big high such act why ask men went
    light kind off need house try us again point world near build self earth head stand own page found still learn
    plant cover food sun four state keep eye never last let city tree cross farm hard start might story saw far sea
    draw left late run press close night real life few north ten seem next white begin got walk paper group car mile
    feet care side rain rule color cold plan wood war fine above
    """.split(whereSeparator: \.isWhitespace).map(String.init).filter { $0.utf8.count < Tokenizer.longestToken }

  private static let han =
    "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所民得经十三之进着等部度家电力里如水化高自二理起小物现实加量都两体制机当使点从业本去把性好应开它合还因由其些然前外天政四日那社义事平形相全表间样与关各重新线内数正心反你明看原又么利比或但质气第向道命此变条只没结解问意建月公无系军很情者最立代想已通并提直题党程展五果料象员革位入常文总次品式活设及管特件长求老头基资边流路级少图山统接知较将组见计别她手角期根论运农指几九区强放决西被干做必战先回则任取据处队南给色光门即保治北造百规热领七海口东导器压志世金增争济阶油思术极交受联什认六共权收证改清己美再采转更单风切打白教速花带安场身车例真务具万每目至达走积示议声报斗完类八离华名确才科张信马节话米整空元况今集温传土许步群广石记需段研界拉林律叫且究观越织装影算低持音众书布复容儿须际商非验连断深难近矿千周委素技备半办青省列习响约支般史感劳便团往酸历市克何除消构府称太准精值号率族维划选标写存候毛亲快效斯院查江型眼王按格养易置派层片始却专状育厂京识适属圆包火住调满县局照参红细引听该铁价严"

  private static let latin = Vocabulary(
    openers: words.map { Array(($0.prefix(1).uppercased() + $0.dropFirst()).utf8) },
    followers: words.map { Array((" " + $0).utf8) })

  private static let chinese = Vocabulary(
    openers: han.map { Array(String($0).utf8) }, followers: han.map { Array(String($0).utf8) })

  private static let mixed: Vocabulary = {
    let emoji = ["😀", "🚀", "🎉", "👍", "🌍", "é", "ß", "→"].map { Array($0.utf8) }
    let han = chinese.followers.prefix(64)
    return Vocabulary(openers: latin.openers + han, followers: latin.followers.prefix(64) + han + emoji + emoji)
  }()
}

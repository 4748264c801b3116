#include "app/field/demo/culture.h"

#include <stddef.h>
#include <string.h>

/*
 * Kono gives names by order of birth, Ghana by weekday; Guinea and Côte d'Ivoire write in French what Sierra
 * Leone and Liberia write in English (domain: names). The rates are round figures for training, no quotation.
 */
/* clang-format off */
static const struct culture CULTURES[] = {
    {"SL", "SL-E-KONO", "NMA Koidu", "KON", 8640000, -10970000, 22700,
     "Sahr,Tamba,Aiah,Komba,Kai,Mohamed,Ibrahim,Alhaji,Sorie,Abu,Foday,Lansana,Sheku,Alpha,Joseph,Emmanuel,Samuel,Amara,Bockarie,Momoh",
     "Sia,Kumba,Finda,Fatmata,Aminata,Isatu,Mariama,Kadiatu,Hawa,Yei",
     "Kamara,Koroma,Conteh,Sesay,Bangura,Kargbo,Turay,Mansaray,Jalloh,Bah,Barrie,Fofanah,Gbondo,Bockarie,Fasuluku,Boima,Musa,Nyandemoh,Sandi,Lebbie",
     "Koidu,Tombodu,Yengema,Motema,Njaiama,Jaiama Nimikoro,Yormandu,Peyima,Sewafe,Kayima,Kondewakor,Manjama",
     "Bafi,Sewa,Moa,Woyie,Moinde,Meya",
     "Fadika & Sons,Koidu Gems Ltd,Kassim Basma,Sewa Diamonds,M. Turay Trading",
     "%s Diggers Cooperative"},
    {"LR", "LR-LO", "Ministry of Mines, Lofa", "LO", 7950000, -10250000, 190000,
     "Flomo,Mulbah,Varney,Boakai,Saah,Tamba,Fayiah,Sekou,Mohammed,Prince,Emmanuel,James,Moses,Abraham,Dennis,Junior,Foday,Vamuyan,Lassana,Musa",
     "Korpo,Lorpu,Kebbeh,Yassah,Hawa,Fatu,Massa,Garmai,Musu,Kumba",
     "Kollie,Mulbah,Flomo,Kamara,Sheriff,Konneh,Kromah,Dolo,Johnson,Weah,Togba,Massaquoi,Fahnbulleh,Sirleaf,Tokpah,Kiazolu,Freeman,Zubah,Sackie,Donzo",
     "Weaju,Lofa Bridge,Henry Town,Camp Alpha,Sawmill,Gbarma,Bopolu,Smith Town,Norman Camp,Yangaya",
     "Lofa,Mano,Lawa,Via,Saint Paul",
     "Mano River Diamonds,Lofa Brokers Inc.,Kromah Brothers,West Point Gems",
     "%s Miners Cooperative Society"},
    {"CI", "CI-WR-WORODOUGOU", "Direction régionale des mines, Séguéla", "SEG", 7960000, -6670000, 605000,
     "Mamadou,Ibrahima,Souleymane,Moussa,Adama,Lassina,Bakary,Siaka,Drissa,Yacouba,Brahima,Karim,Seydou,Amadou,Vamara,Kouassi,Yao,Kouadio,Issa,Daouda",
     "Fatoumata,Aminata,Mariam,Awa,Kadiatou,Salimata,Nafissatou,Rokia,Adjoua,Affoué",
     "Bakayoko,Diomandé,Koné,Coulibaly,Ouattara,Traoré,Touré,Fofana,Doumbia,Dosso,Soumahoro,Diabaté,Keïta,Cissé,Konaté,Kouamé,N’Guessan,Bamba,Sanogo,Karamoko",
     "Bobi,Dualla,Diarabana,Forona,Wongué,Toubabouko,Séguéla,Massala,Djénigbé,Ouédallah",
     "Bobi,Marahoué,Yarani,Bandama,Bou",
     "Comptoir Séguéla Diamant,Sogenem,Dosso & Frères,Bureau d’achat Worodougou",
     "SCOOP de %s"},
    {"CF", "CF-HS-MAMBERE", "Brigade minière de Carnot", "CAR", 4940000, 15870000, 605000,
     "Jean-Bosco,Barthélemy,Faustin,Dieudonné,Pascal,Simplice,Sylvain,Thierry,Gabin,Anicet,Rodrigue,Fidèle,Moussa,Oumarou,Abdoulaye,Ousmane,Aimé,Élie,Bienvenu,Ngaïbona",
     "Marie-Noëlle,Solange,Clarisse,Béatrice,Odette,Fatimé,Aïssatou,Pélagie,Yvonne,Nadège",
     "Ngaïssona,Yakété,Gonda,Béninga,Zoungbé,Doui,Mbaïkoua,Namsénéi,Yarissem,Bozizé,Sanzé,Kpokolo,Ndoma,Mokpem,Dané,Ouangando,Djimtébaye,Saïbou,Hamadou,Wilibona",
     "Carnot,Berbérati,Nola,Guen,Sosso-Nakombo,Gamboula,Dédé-Mokouba,Bania,Balégo,Alindao Carrefour",
     "Mambéré,Kadéï,Lobaye,Nana,Sangha",
     "Badica,Sodiam Centrafrique,Bureau d’achat de la Mambéré,Collecteur Saïbou",
     "Coopérative minière de %s"},
    {"CD", "CD-KS", "SAEMAPE Tshikapa", "TSK", -6420000, 20800000, 2800000,
     "Kabongo,Mukendi,Tshibangu,Ilunga,Kalala,Ntumba,Mbuyi,Kasongo,Kazadi,Mulumba,Jean-Pierre,Dieudonné,Trésor,Patient,Héritier,Gédéon,Blaise,Crispin,Alain,Papy",
     "Mbuyi,Ngalula,Kapinga,Mujinga,Ntumba,Tshilanda,Bibiche,Godelive,Astrid,Mamie",
     "Kabeya,Mutombo,Tshimanga,Ngandu,Kabamba,Mwamba,Tshilumba,Kanku,Bukasa,Lukusa,Muamba,Kalonji,Badibanga,Nyembwe,Beya,Kapuku,Tshibanda,Mpoyi,Katende,Diyoka",
     "Tshikapa,Kamonia,Mungamba,Luebo,Kabambaie,Nyanga,Mutena,Kandjaji,Lungudi,Tshinota",
     "Kasaï,Longatshimo,Lubembe,Lovua,Tshikapa",
     "Comptoir Kasaï Diamant,Négociant Mwamba,SACIM Achats,Comptoir Lumière",
     "Coopérative des creuseurs de %s"},
    {"GN", "GN-KE", "Direction préfectorale des mines, Kérouané", "KER", 9270000, -9010000, 8650000,
     "Mamadou,Alpha,Ibrahima,Ousmane,Sékou,Lansana,Mamady,Moussa,Fodé,Kerfalla,Thierno,Boubacar,Amadou,Abdoulaye,Cheick,Saa,Tamba,Fayah,Faya,Moriba",
     "Fatoumata,Mariama,Aïssatou,Kadiatou,Hadja,Saran,Sia,Finda,Nagnouma,Djénabou",
     "Camara,Diallo,Barry,Bah,Sow,Condé,Keïta,Kourouma,Kaba,Traoré,Koné,Cissé,Touré,Sylla,Bangoura,Soumah,Millimono,Leno,Tolno,Doumbouya",
     "Kérouané,Banankoro,Gbenko,Féréboridou,Sibiribaro,Bouro,Damaro,Soromaya,Komodou,Linko",
     "Baoulé,Milo,Diani,Férédou,Mandala",
     "Comptoir Banankoro,Kaba & Frères,Collecteur Diallo,Bureau d’achat du Konia",
     "Groupement des exploitants de %s"},
    {"GH", "GH-EP", "Minerals Commission, Akwatia", "AKW", 6050000, -800000, 11800,
     "Kwame,Kofi,Kwabena,Kwaku,Yaw,Kwasi,Kojo,Emmanuel,Isaac,Samuel,Ebenezer,Issah,Alhassan,Mohammed,Nana,Ernest,Francis,Prince,Fiifi,Kwadwo",
     "Ama,Akosua,Abena,Akua,Yaa,Afia,Adwoa,Comfort,Mercy,Fatima",
     "Mensah,Owusu,Boateng,Asante,Appiah,Osei,Amoako,Ofori,Agyeman,Adjei,Antwi,Darko,Sarpong,Addo,Tetteh,Abubakari,Issifu,Asamoah,Gyasi,Quaye",
     "Akwatia,Boadua,Topremang,Kade,Takyiman,Asamankese,Wenchi,Apinamang,Cayco,Anweam",
     "Birim,Pra,Supong,Akusu",
     "PMMC Akwatia,Paul Danso Buying,Birim Diamonds,Precious Stones Ltd",
     "%s Small-Scale Miners Association"},
    {"GY", "GY-CU", "GGMC Bartica", "GGMC", 6400000, -60000000, 209000,
     "Ramesh,Rajkumar,Kevin,Marlon,Troy,Desmond,Leroy,Andrew,Ivan,Orin,Clive,Mohan,Deonarine,Anil,Ryan,Shawn,Cecil,Ovid,Lennox,Vibert",
     "Shanta,Yvonne,Indra,Simone,Natasha,Paulette,Savitri,Marcia,Donna,Joylyn",
     "Persaud,Singh,Williams,James,Henry,Thomas,Fredericks,Daniels,Ramnarine,Mohamed,Khan,D’Andrade,Gonsalves,La Cruz,Edwards,Hopkinson,Peters,Benn,Adams,Joseph",
     "Bartica,Issano,Kurupung,Imbaimadai,Ekereku,Isseneru,Kamarang,Tumatumari,Mahdia,Olive Creek",
     "Mazaruni,Kurupung,Potaro,Ekereku,Cuyuni",
     "Mazaruni Traders,D’Andrade Diamonds,Bartica Buyers,El Dorado Trading",
     "%s Miners Syndicate"},
    {"AO", "AO-LNO", "Direcção provincial de minas, Dundo", "LN", -8420000, 20740000, 912000,
     "João,António,Manuel,Domingos,José,Pedro,Francisco,Paulo,Muatxissengue,Cazanga,Sacalumbo,Adão,Fernando,Armando,Bernardo,Mateus,Joaquim,Simão,Agostinho,Venâncio",
     "Maria,Teresa,Luzia,Esperança,Joana,Domingas,Conceição,Isabel,Catarina,Madalena",
     "dos Santos,da Silva,Tchissola,Muandumba,Sacaia,Cassule,Mutunda,Txipoia,Fernandes,Domingos,Muachia,Cahilo,Kapenda,Samuel,Neto,Chinguli,Mateus,Xamuteba,Camaxilo,Zola",
     "Lucapa,Dundo,Cambulo,Nzagi,Calonda,Capaia,Camissombo,Luó,Maludi,Fucaúma",
     "Chicapa,Luachimo,Chiumbe,Luembe,Cuango",
     "SODIAM Lucapa,Casa de compra Dundo,SODIAM Nzagi",
     "Cooperativa %s Ngana"},
    {"BR", "BR-MT", "ANM Cuiabá", "MT", -15560000, -54300000, 5600,
     "José,João,Antônio,Francisco,Carlos,Paulo,Raimundo,Sebastião,Luiz,Marcos,Valdir,Gilson,Benedito,Joaquim,Adão,Osvaldo,Edson,Manoel,Cícero,Divino",
     "Maria,Ana,Francisca,Antônia,Aparecida,Conceição,Rosângela,Sônia,Lúcia,Célia",
     "da Silva,dos Santos,Souza,Oliveira,Pereira,Ferreira,Rodrigues,Almeida,Conceição,Nascimento,Araújo,Ribeiro,Gonçalves,Simões,Magalhães,Moreira,Assunção,Brandão,Muniz,Leão",
     "Poxoréu,Alto Coité,Paranatinga,Juína,Guiratinga,Tesouro,Raizinha,Aguinha,Jarudore,Batovi",
     "rio Poxoréu,rio das Garças,córrego Areia,rio Coité,rio São João",
     "Comprador Diamantina,Gemas do Mato Grosso,Casa Brandão",
     "Cooperativa de Garimpeiros de %s"},
    {"TZ", "TZ-22", "Mining Commission, Shinyanga", "SHY", -3550000, 33600000, 2600000,
     "Juma,Hamisi,Masanja,Ngassa,Emmanuel,Joseph,Charles,Ally,Rashidi,Saidi,Mabula,Shija,Paulo,Petro,Deogratius,Ramadhani,Salum,Elias,Kulwa,Doto",
     "Asha,Neema,Rehema,Mwajuma,Pendo,Kabula,Nyamizi,Zawadi,Grace,Fatuma",
     "Masanja,Mabula,Ngassa,Mhoja,Shija,Magesa,Lukas,Kisena,Maganga,Sita,Luhende,Nkwabi,Bundala,Machibya,Makoye,Kahabi,Mayunga,Saguda,Jilala,Ndalahwa",
     "Mwadui,Maganzo,Songwa,Kishapu,Utemini,Nyenze,Mwaduiluhumbo,Mwigumbi,Buganika,Idukilo",
     "Tungu,Manonga,Mhumbu,Sanga",
     "Mwadui Brokers,Maganzo Gem Dealers,Shinyanga Diamonds",
     "%s Artisanal Miners Group"},
    {"XX", "XX-E", "Training office", "TR", 8640000, -10970000, 100000,
     "Sahr,Mamadou,Kofi,João,Ibrahima,Tshibangu,Moussa,José,Juma,Ramesh,Sékou,Mohamed,Kwame,Aimé,António,Komba,Yao,Emmanuel,Élie,Lansana",
     "Sia,Fatoumata,Ama,Conceição,Aïssatou,Kapinga,Fatmata,Neema,Marie-Noëlle,Finda",
     "Kamara,Camara,Jalloh,Diallo,Conteh,Konteh,Mensah,dos Santos,Mutombo,Keïta,Traoré,Koroma,Kourouma,Ngaïssona,Kollie,Persaud,Masanja,Bah,Barry,Oliveira",
     "Old Ford,Two Rivers,Palm Bend,Red Bank,New Market,Stone Hill,Long Bridge,Upper Camp,Lower Camp,Mango Tree",
     "East River,West River,Clear Creek,Long Creek",
     "Training Gems Ltd,River Traders,Hill Buyers",
     "%s Cooperative"},
};
/* clang-format on */

const struct culture *culture_of(const char *country)
{
    enum {
        COUNT = sizeof CULTURES / sizeof CULTURES[0]
    };
    for (size_t i = 0; i < COUNT; i++) {
        if (strcmp(CULTURES[i].country, country) == 0)
            return &CULTURES[i];
    }
    return &CULTURES[COUNT - 1];
}
